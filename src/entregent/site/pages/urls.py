"""Addresses of the pages that combine several apps."""

from django.urls import URLPattern, path

from entregent.site.pages import (
    acts,
    campaigns,
    charts,
    counts,
    crisis,
    demonstration,
    design,
    forgetting,
    health,
    measuring,
    measuring_plan,
    people,
    report,
    today,
)

app_name = "pages"


urlpatterns: list[URLPattern] = [
    path("today/", today.today, name="today"),
    path("promises/<int:promise_id>/keep/", acts.keep_promise, name="keep_promise"),
    path("movements/<slug:key>/", acts.explain_movement, name="explain_movement"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/<slug:slug>/", campaigns.campaign, name="campaign"),
    path("campaigns/<slug:slug>/afterwards/", campaigns.what_next, name="what_next"),
    path(
        "campaigns/<slug:slug>/read-outs/<int:read_out_id>/",
        campaigns.finish_read_out,
        name="finish_read_out",
    ),
    path("campaigns/<slug:slug>/report-<slug:language>.pdf", report.report, name="report"),
    path("campaigns/<slug:slug>/<slug:metric>.json", charts.chart, name="chart"),
    path("campaigns/<slug:slug>/<slug:metric>.svg", charts.picture, name="picture"),
    path("campaigns/<slug:slug>/<slug:metric>.csv", charts.table, name="csv"),
    path("crises/<int:crisis_id>/numbers/", crisis.crisis_numbers, name="crisis_numbers"),
    path("crises/<int:crisis_id>/<slug:kind>.json", crisis.crisis_chart, name="crisis_chart"),
    path("crises/<int:crisis_id>/<slug:kind>.csv", crisis.crisis_table, name="crisis_csv"),
    path("charts/two/<slug:slug>.json", charts.one_of_two, name="one_of_two"),
    path("charts/vega-<slug:name>.js", charts.vega, name="vega"),
    path("design/", design.design, name="design"),
    path("health/", health.health, name="health"),
    path(
        "demonstration/remove/",
        demonstration.remove_demonstration,
        name="remove_demonstration",
    ),
]

urlpatterns += [
    path("measure/", measuring.measure, name="measure"),
    path("measure/rows.csv", measuring.rows, name="measure_rows"),
    path("measure/chart.svg", measuring.picture, name="measure_picture"),
    path("measure/plan/", measuring_plan.plan, name="plan"),
    path("measure/plan/chart.json", measuring_plan.chart, name="plan_chart"),
    path("measure/plan/chart.svg", measuring_plan.picture, name="plan_picture"),
    path("measure/plan/<slug:slug>/", measuring_plan.budget_line, name="budget_line"),
]

urlpatterns += [
    path("counts/", counts.counts, name="counts"),
    path("counts/chart.json", counts.chart, name="counts_chart"),
    path("counts/chart.svg", counts.picture, name="counts_picture"),
    path("counts/rows.csv", counts.table, name="counts_csv"),
]

urlpatterns += [
    path("people/", people.people, name="people"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/correct/", people.correct, name="correct"),
    path("people/<int:person_id>/consent/", people.give_consent, name="give_consent"),
    path("people/<int:person_id>/withdraw/", people.withdraw_consent, name="withdraw_consent"),
    path("people/<int:person_id>/solicit/", people.solicit, name="solicit"),
    path("people/<int:person_id>/export.<slug:kind>", people.export_person, name="export_person"),
    path("people/promises/<int:promise_id>/keep/", people.keep, name="keep_for_person"),
    path(
        "people/<int:person_id>/everything.json",
        forgetting.everything_on_person,
        name="everything_on_person",
    ),
    path("people/<int:person_id>/forget/", forgetting.forget_person, name="forget_person"),
    path("accounts/<int:account_id>/", people.account, name="account"),
    path(
        "accounts/<int:account_id>/everything.json",
        forgetting.everything_on_account,
        name="everything_on_account",
    ),
    path("accounts/<int:account_id>/forget/", forgetting.forget_account, name="forget_account"),
    path("erasures/", forgetting.erasures, name="erasures"),
    path("erasures/<int:erasure_id>/", forgetting.erasure, name="erasure"),
    path("accounts/<int:account_id>/person/", people.add_person, name="add_person"),
    path("accounts/<int:account_id>/link/", people.link, name="link"),
    path("accounts/<int:account_id>/unlink/", people.unlink, name="unlink"),
    path(
        "accounts/<int:account_id>/export.<slug:kind>", people.export_account, name="export_account"
    ),
]
