"""Addresses of the pages of conversations."""

from django.urls import path

from entregent.apps.coordinate import views, views_acts

app_name = "coordinate"

_ONE = "conversations/<int:conversation_id>/"
_ASK = "asks/<int:ask_id>/"
_DRAFT = "drafts/<int:draft_id>/"
_CRISIS = "crises/<int:crisis_id>/"

urlpatterns = [
    path("conversations/", views.conversations, name="conversations"),
    path(_ONE, views.conversation, name="conversation"),
    path(f"{_ONE}draft/", views_acts.draft, name="draft"),
    path(f"{_ONE}send/", views_acts.send, name="send"),
    path(f"{_ONE}side/", views_acts.side, name="side"),
    path(f"{_ONE}approval/", views_acts.ask_approval, name="ask_approval"),
    path(f"{_ONE}ask/", views_acts.ask, name="ask"),
    path(f"{_ONE}lines/<int:line_id>/", views_acts.use_line, name="use_line"),
    path(f"{_ONE}assign/", views_acts.assign, name="assign"),
    path(f"{_ONE}hand-over/", views_acts.hand_over, name="hand_over"),
    path(f"{_ONE}note/", views_acts.note, name="note"),
    path(f"{_ONE}leave/", views_acts.leave, name="leave"),
    path(f"{_ONE}close/", views_acts.close, name="close"),
    path(f"{_ONE}reopen/", views_acts.reopen, name="reopen"),
    path(f"{_ONE}correct/", views_acts.correct, name="correct"),
    path(f"{_DRAFT}approve/", views_acts.approve, name="approve"),
    path(f"{_DRAFT}refuse/", views_acts.refuse, name="refuse"),
    path(_ASK, views_acts.answer_ask, name="answer_ask"),
    path(f"{_ASK}use/", views_acts.use_answer, name="use_answer"),
    path(f"{_ASK}remind/", views_acts.remind_ask, name="remind_ask"),
    path(f"{_ASK}withdraw/", views_acts.withdraw_ask, name="withdraw_ask"),
    path("crises/open/", views_acts.open_crisis, name="open_crisis"),
    path(_CRISIS, views.crisis, name="crisis"),
    path(f"{_CRISIS}entry/", views_acts.crisis_entry, name="crisis_entry"),
    path(f"{_CRISIS}close/", views_acts.close_crisis, name="close_crisis"),
    path("decisions/<int:decision_id>/", views_acts.decide, name="decide"),
    path("changes/<int:change_id>/tell/", views_acts.tell_asked, name="tell_asked"),
]
