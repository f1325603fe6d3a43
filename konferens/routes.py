"""The site map. Addresses are a promise: docs/contract.md tells which must never change."""

from starlette.routing import BaseRoute, Mount, Route

from konferens.accounts import own_views as own_account
from konferens.accounts import token_views as tokens_office
from konferens.accounts import views as accounts
from konferens.apidocs import views as apidocs
from konferens.attendee import addition_views as order_additions
from konferens.attendee import cancellation_views as order_cancellations
from konferens.attendee import certificate_views as certificates
from konferens.attendee import feedback_views as own_feedback
from konferens.attendee import holder_views as ticket_holders
from konferens.attendee import offline_views as kept_tickets
from konferens.attendee import own_views as own_pages
from konferens.attendee import receipt_views as order_papers
from konferens.attendee import ticket_views as ticket_pages
from konferens.attendee import views as order_pages
from konferens.badges import organiser_views as badges_office
from konferens.calendar import help_views as calendar_help
from konferens.calendar import views as calendar
from konferens.checkin import api as checkin_api
from konferens.checkin import device_views as devices_office
from konferens.checkin import door_api
from konferens.checkin import ending_views as checkin_ending
from konferens.checkin import live_views as checkin_live
from konferens.checkin import organiser_views as checkin_office
from konferens.checkin import sale_api as door_sales_api
from konferens.checkin import sale_views as door_sales
from konferens.checkin import views as checkin
from konferens.colleagues import organiser_views as colleagues_office
from konferens.colleagues import views as passwords
from konferens.embed import views as embed
from konferens.events import organiser_views as places_office
from konferens.feedback import organiser_views as feedback_office
from konferens.feedback import views as feedback
from konferens.front import api as front_api
from konferens.front import views as front
from konferens.live import organiser_views as screens_office
from konferens.live import views as live
from konferens.mail import organiser_views as mail_office
from konferens.mail import text_views as mail_texts
from konferens.offering import organiser_views as offering_office
from konferens.open_space import organiser_views as open_space_office
from konferens.open_space import views as open_space
from konferens.organiser import metrics, next_views
from konferens.organiser import preview_views as previews
from konferens.organiser import views as office
from konferens.printing import door_views as door_badges
from konferens.printing import organiser_views as prints_office
from konferens.printing import views as prints
from konferens.privacy import organiser_views as privacy_office
from konferens.privacy import views as privacy
from konferens.programme import api as programme_api
from konferens.programme import board_views as board_office
from konferens.programme import file_views as session_files
from konferens.programme import import_views as imports
from konferens.programme import organiser_views as programme_office
from konferens.programme import release_views as changes
from konferens.programme import schedule_views as schedule
from konferens.programme import speaker_views as speaker_pages
from konferens.programme import views as programme
from konferens.programme.search import views as search
from konferens.proposals import organiser_views as proposals_office
from konferens.proposals import review_views as proposal_reviews
from konferens.proposals import views as proposals
from konferens.questions import answer_views as answers_office
from konferens.questions import organiser_views as questions_office
from konferens.registration import api as registration_api
from konferens.registration import bank_views as payments_office
from konferens.registration import booking_views as booking_office
from konferens.registration import cancelling_views as cancelling_office
from konferens.registration import money_views as order_money
from konferens.registration import organiser_views as orders_office
from konferens.registration import views as registration
from konferens.signups import organiser_views as signups_office
from konferens.signups import release_views as releases_office
from konferens.signups import untold_views as untold_office
from konferens.speakers import organiser_views as speaker_profiles
from konferens.speakers import views as portraits
from konferens.speaking import file_views as speaking_files
from konferens.speaking import organiser_views as speakers_office
from konferens.speaking import sending_views as speaker_mails
from konferens.speaking import ticket_views as speaker_tickets
from konferens.speaking import views as speaking
from konferens.waiting import organiser_views as waiting_office
from konferens.waiting import views as waiting
from konferens.web import health, languages
from konferens.web.assets import BuiltFiles
from konferens.webhooks import organiser_views as webhooks_office

routes: list[BaseRoute] = [
    *checkin_api.api_routes,  # first, since routes are tried in order and scans come by the thousand
    Mount("/static/dist", BuiltFiles(), name="static"),
    Route("/healthz", health.healthz),
    Route("/readyz", health.readyz),
    Route("/metrics", metrics.metrics),
    Route("/language", languages.choose, methods=["POST"]),
    *accounts.routes,
    *passwords.routes,
    *own_account.organiser_routes,
    *portraits.routes,
    *office.organiser_routes,
    *next_views.organiser_routes,
    *places_office.organiser_routes,
    *board_office.organiser_routes,
    *imports.import_routes,
    *programme_office.organiser_routes,
    *session_files.organiser_routes,
    *prints_office.organiser_routes,
    *previews.organiser_routes,
    *signups_office.organiser_routes,
    *feedback_office.organiser_routes,
    *releases_office.organiser_routes,
    *untold_office.organiser_routes,
    *speaker_mails.organiser_routes,
    *speakers_office.organiser_routes,
    *speaker_tickets.organiser_routes,
    *speaker_profiles.organiser_routes,
    *proposals_office.organiser_routes,
    *proposal_reviews.organiser_routes,
    *offering_office.organiser_routes,
    *questions_office.organiser_routes,
    *answers_office.organiser_routes,
    *orders_office.organiser_routes,
    *cancelling_office.organiser_routes,
    *booking_office.organiser_routes,
    *order_money.organiser_routes,
    *payments_office.organiser_routes,
    *waiting_office.organiser_routes,
    *badges_office.organiser_routes,
    *mail_office.organiser_routes,
    *mail_texts.organiser_routes,
    *privacy_office.organiser_routes,
    *colleagues_office.organiser_routes,
    *tokens_office.organiser_routes,
    *webhooks_office.organiser_routes,
    *embed.organiser_routes,
    *screens_office.organiser_routes,
    *open_space_office.organiser_routes,
    *door_api.routes,
    *checkin.routes,
    *door_sales_api.routes,
    *door_sales.routes,
    *door_badges.routes,
    *checkin_live.organiser_routes,
    *checkin_office.organiser_routes,
    *checkin_ending.organiser_routes,
    *devices_office.organiser_routes,
    *order_pages.routes,
    *order_cancellations.routes,
    *order_additions.routes,
    *ticket_holders.routes,
    *own_pages.routes,
    *own_feedback.routes,
    *privacy.routes,
    *order_papers.routes,
    *certificates.routes,
    *kept_tickets.routes,
    *ticket_pages.routes,
    *speaking.routes,
    *speaking_files.routes,
    *waiting.entry_routes,
    *open_space.routes,
    *proposals.own_routes,
    *registration_api.api_routes,
    *front_api.api_routes,
    *programme_api.api_routes,
    *apidocs.routes,
    *embed.routes,
    # Last, since the first part of their addresses is any series' slug.
    *front.routes,
    *programme.routes,
    *search.routes,
    *feedback.routes,
    *session_files.routes,
    *prints.routes,
    *schedule.routes,
    *changes.routes,
    *live.routes,
    *open_space.edition_routes,
    *speaker_pages.routes,
    *registration.routes,
    *waiting.routes,
    *proposals.routes,
    *calendar.routes,
    *calendar_help.routes,
    *embed.edition_routes,
    *privacy.edition_routes,
    *front.edition_routes,
]
