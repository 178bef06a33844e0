"""The texts of the OpenAPI document, so that its page can say them in French."""

from django.utils.translation import gettext_lazy as _

TEXTS = (
    _("Activities of the record, oldest first"),
    _(
        "Each activity once, as things stand now: edited texts are the newest, deleted "
        "ones are empty. Without the scope private only what was said to everybody is "
        "told, acts that networks show to everybody, and anonymous traces."
    ),
    _("Done at or after this time, with its zone."),
    _("Done before this time."),
    _("Type, such as Create or Follow."),
    _("Network, such as mastodon."),
    _("Where the page before ended: its next."),
    _("Items of the page, at most."),
    _("People whom the house knows"),
    _("In the order in which they became known here. What is read is noted on each person's page."),
    _("One person"),
    _(
        "Name, languages, accounts, consents and open promises: no facet, no score. The "
        "reading is noted."
    ),
    _("Conversations, without their messages"),
    _("In the order in which they were opened here; private ones with the scope private only."),
    _("waiting, answered, closed or left."),
    _("One conversation with its messages"),
    _(
        "Its messages oldest first, ours among them once they have left. Notes and drafts"
        " stay inside."
    ),
    _("Campaigns, the newest first"),
    _("A verdict comes with its sentence and its intervals, or is null with the reason."),
    _("One campaign with its plan and its windows"),
    _(
        "The plan is the one in force at launch. The mean of a window describes what there was; "
        "what the campaign added has an interval."
    ),
    _("One metric by day"),
    _("Days of the organisation's zone. A day without a value was not collected, and is not zero."),
    _("Such as follows or orders."),
    _("An account of ours or a code; empty for all."),
    _("First day; 89 days before the last one if not given."),
    _("Last day, included; today if not given."),
    _("A page of activities, oldest first."),
    _("Cursor of the next page; null at the end."),
    _("One thing that was done or said, in its present state."),
    _("URI at its origin, or made here."),
    _("ActivityStreams type, such as Create, Like, Follow, View."),
    _("The connector that told it."),
    _("URI of the account; null for an anonymous trace."),
    _("When it was done; null where nobody says."),
    _("When it was learnt."),
    _("Who could read it."),
    _("True for speech and acts towards others, false for a trace."),
    _("The emoji of a reaction."),
    _("By what it was done: a code, a link (ActivityStreams)."),
    _("Where (ActivityStreams)."),
    _("When its object was taken back."),
    _("When it was undone."),
    _("What an activity is about."),
    _("Its URI."),
    _("Such as Note, Article, Page; Tombstone once it is gone."),
    _("Its words without markup; never HTML, and hostile as it came."),
    _("Declared by its origin."),
    _("URI of the account that wrote it."),
    _("URI of the conversation that it stands in."),
    _("What went wrong, in one sentence (RFC 9457)."),
    _("Always about:blank."),
    _("Name of the status."),
    _("One sentence, in the language asked for."),
    _("Why, for programs, such as no_scope."),
    _("An account on a network; a person's only where the link is confirmed."),
    _("What a person agreed to or refused."),
    _("email, profile, contest or share_words."),
    _("express, purchase, inquiry or refused."),
    _("Whether it allows anything now."),
    _("What we promised and have not kept yet."),
    _("Slug of the function that holds it."),
    _("A page of people, in the order in which they became known."),
    _("A person whom the house knows. There is no score, no rank and no type."),
    _("tu or vous; empty while nobody knows."),
    _("They may write to us; we do not address them first."),
    _("Slugs."),
    _("Slug."),
    _("One thread between somebody and us, public or private, never both."),
    _("The account of ours that was addressed."),
    _("Null while nobody waits for us."),
    _("Why we stayed out of it."),
    _("A page of conversations, in the order in which they were opened here."),
    _("A conversation with its messages, oldest first."),
    _("One text of a conversation."),
    _("Without markup; null where it was taken back."),
    _("Null for undetermined."),
    _("positive, negative, mixed or neutral; null for I do not know."),
    _("Who says so: a member's correction counts first."),
    _("question, complaint, praise, purchase, job, press…"),
    _("Something we do towards people, with a beginning."),
    _("draft, coming, running or over."),
    _("The core business that it serves."),
    _("What it wants to move first."),
    _("Where; null for everywhere."),
    _("boost_only, sustained, compounding, payback, no_effect or too_early; or null."),
    _(
        "Why there is no verdict: not computed yet, not launched, running, or why it cannot be "
        "measured, such as past_too_short."
    ),
    _("The verdict with its numbers, or the reason."),
    _(
        "Of all intervals: 0.95 without planned read-outs, else that of the last one whose date "
        "has come, or of the first."
    ),
    _("The level, and why it is that."),
    _("Last day that was used."),
    _("Read before its planned date: not to be quoted."),
    _("During the campaign, more than without it; so far while it runs."),
    _("In the days after it that the verdict is read from."),
    _("An estimate between two bounds: right as often as the campaign's level says."),
    _("One sentence in both languages."),
    _("Per day, more than without the campaign; null where that cannot be told."),
    _("What was added, as a share of what it was during the campaign."),
    _("A page of campaigns, the newest first."),
    _("A campaign with the windows around it, and its plan as written."),
    _("A stretch of days around a campaign: what there was, and what the campaign added to it."),
    _("before, during, 1-30, 31-90, 91-180, 181-365, year2 or year3."),
    _("Per day, over collected days only; null if there are none."),
    _("One day of a series."),
    _("Zero is a real zero; null is not collected."),
    _("Why there is no value."),
    _("One metric by day of the organisation's zone."),
)
"""Each as it stands on the page: one line, without marks; tests hold that none is missing."""
