"""The codes of the audit trail in words."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "organisation.set_up_opened": _("made a set-up link"),
    "organisation.set_up": _("set the organisation up"),
    "organisation.changed": _("changed the organisation"),
    "organisation.member_added": _("added a member"),
    "organisation.member_changed": _("changed a member"),
    "organisation.member_deactivated": _("closed a member's access"),
    "organisation.member_reactivated": _("opened a member's access again"),
    "organisation.link_renewed": _("made a new link for a member"),
    "organisation.password_chosen": _("chose a password"),
    "organisation.function_added": _("added a function"),
    "organisation.function_renamed": _("renamed a function"),
    "organisation.function_removed": _("removed a function"),
    "listen.source_added": _("added a source"),
    "listen.source_paused": _("paused a source"),
    "listen.source_resumed": _("resumed a source"),
    "listen.source_asked": _("asked a source at once"),
    "listen.file_read": _("read a file"),
    "listen.feed_asked": _("asked a feed"),
    "listen.batches_kept": _("kept what came in"),
    "listen.lake_compacted": _("tidied the record"),
}

FIELDS = {
    "name": _("name"),
    "email": _("e-mail address"),
    "password": _("password"),
    "language": _("language"),
    "role": _("role"),
    "function": _("function"),
    "is_active": _("access open"),
    "time_zone": _("time zone"),
    "languages": _("languages"),
    "default_language": _("main language"),
    "name_fr": _("name in French"),
    "name_en": _("name in English"),
    "answers_for_fr": _("answers for, in French"),
    "answers_for_en": _("answers for, in English"),
    "state": _("state"),
    "is_paused": _("paused"),
    "address": _("address"),
    "format": _("format"),
    "refused": _("items refused"),
    "rows": _("rows"),
    "files": _("files"),
}

VALUES: dict[str | bool, object] = {
    True: _("yes"),
    False: _("no"),
    "owner": _("owner"),
    "member": _("member"),
    "guest": _("guest"),
    "fr": _("French"),
    "en": _("English"),
}
