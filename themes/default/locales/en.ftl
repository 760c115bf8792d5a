## Around every page
skip-link = Skip to the main part
title-problem = Problem:
problems-title = { $count ->
    [one] One thing needs another look
   *[other] { $count } things need another look
    }
footer-help = Need help?
footer-languages = Language
nav-label = Main menu
nav-menu = Menu
nav-team = Your team
sign-out-button = Sign out
continue-button = Continue
next-button = Next
not-now = Not now
back-to-sign-in = Back to sign in
step-line = Step { $number } of { $of } · { $name }
step-account = Create your account
step-email = Verify your email
step-phone = Your mobile number
step-code = Enter your code

## Fields
email-label = Email address
password-label = Password
password-show = Show
password-hide = Hide
password-show-label = Show password
password-hide-label = Hide password
password-hint = At least { $min } characters. Three or four unrelated words work well.
given-name-label = Given name
family-name-label = Family name
profession-label = Profession
profession-choose = Choose your profession
code-label = Code from the text message
code-hint = 6 digits. You can paste it.
mail-code-label = Code from the email
mail-code-hint = 8 letters and digits. You can paste it.
resend-wait = { $seconds ->
    [one] You can send it again in 1 second.
   *[other] You can send it again in { $seconds } seconds.
    }
resend-ready = You can send it again now.
strength-0 = Very easy to guess. Add more words.
strength-1 = Easy to guess. Add another word.
strength-2 = Not strong enough yet. Add another word.
strength-3 = Good password.
strength-4 = Strong password.
profession-doctor = Doctor
profession-nurse = Nurse
profession-midwife = Midwife
profession-pharmacist = Pharmacist
profession-physiotherapist = Physiotherapist
profession-paramedic = Paramedic
profession-allied = Other allied health professional
profession-healthcare-assistant = Healthcare assistant
profession-administrator = Administrator
profession-other = Something else
role-clinician = Clinician
role-team-lead = Team lead
role-organisation-admin = Organisation admin
role-admin = Admin

## Sign in
sign-in-title = Sign in
sign-in-client = to continue to { $client }
sign-in-button = Sign in
sign-in-forgot = Forgot your password?
sign-in-no-account = No account?
access-title = By invite only
access-text = { $brand } is invite only. Please speak to your team lead.
access-invited = Your team lead can invite you by email. If you have been invited already, open the email from { $brand } and choose “Create account”.
access-support = If you do not know whom to ask, write to
access-sign-in = I have an account. Sign in
wait-title = Please wait a while
wait-text = There were too many tries with this email address.
wait-until = To keep the account safe, signing in is paused { $until }.
wait-forgot = If you are not sure of your password, set a new one.

## Invite
create-account-title = Create your { $brand } account
create-account-invited = { $inviter } has invited you to { $organisation }.
create-account-invited-team = { $inviter } has invited you to { $team }, { $organisation }.
create-account-email-hint = Your invite is for this address, so it cannot be changed here.
create-account-password-label = Choose a password
create-account-button = Create account
terms-title = Terms and conditions
terms-agree = I have read and agree to the terms and conditions of { $brand }
terms-read = Read the terms and conditions (new tab)
terms-version = Version { $version }
join-title = Join { $name }
join-button = Join { $name }
join-organisation = Organisation
join-team = Team
join-role = Your role
join-decline-hint = If you choose “Not now”, nothing changes. Your invite stays open until it ends.
invite-dead-title = Your invite
invite-dead-used-title = This invite has been used
invite-dead-used-text = An account was created with it. If it is yours, sign in.
invite-dead-expired-title = This invite has run out
invite-dead-expired-text = Invites work for a limited time only. You need a new one.
invite-dead-revoked-title = This invite was withdrawn
invite-dead-revoked-text = The team that invited you has withdrawn this invite.
invite-dead-superseded-title = There is a newer invite
invite-dead-superseded-text = A newer invite was sent to you and this one no longer works. Open the latest email from { $brand }.
invite-dead-unknown-title = We cannot find this invite
invite-dead-unknown-text = Open the link in your invite email once more. If you copied it, check that it is complete.
invite-dead-ask-button = Ask for a new one
invite-dead-ask-hint = We then tell the person who invited you. Nobody else is told.
invite-dead-asked = We have told the person who invited you. Look out for a new email.
invite-dead-lead = If that does not help, please speak to your team lead.

## Verify the email address
verify-button = Verify email
check-email-title = Check your email
check-email-text = An email is on its way to { $email }. Open it and choose “Verify email”.
check-email-deadline = The link and the code work { $deadline }. After that, your account is blocked until you verify.
check-email-code-label = Or type the code from the email
check-email-missing = No email? Look in your junk folder first.
check-email-resend = Send a new link
blocked-title = Your account is blocked
blocked-text = Your email was not verified within 24 hours. Nothing is lost: as soon as you verify it, your account opens again.
blocked-sent = We have sent a new email to { $email }. Open it and choose “Verify email”, or type the code from it here.
blocked-code-label = Or type the code from your latest email
verify-title = Verify your email
verify-text = This confirms that { $email } is your email address.
verify-password-text = To confirm that { $email } is yours, enter the password that you chose for this account.
verify-not-me-hint = You did not choose a password? Then somebody else may have used your invite. We will close that account and send you the invite again.
verify-not-me-button = I did not make this account
verify-not-me-close = Close that account
verify-not-me-title = Thank you
verify-not-me-text = We have closed that account and sent you the invite again.
verify-not-me-next = Open the new email and choose “Create account”. You can close this page.
verify-done-title = Your email is verified
verify-done-text = Thank you. There is little left to do.
link-dead-title = This link no longer works
link-dead-text = It has run out, or a newer one was sent to you. Sign in and we will send you a new one.

## 2-step verification
phone-title = Set up 2-step verification
phone-text = Each time you sign in, we send a code to your mobile phone. So a stolen password alone is not enough.
phone-country-label = Country
country-name = { $code ->
    [AE] United Arab Emirates
    [AT] Austria
    [AU] Australia
    [BE] Belgium
    [BG] Bulgaria
    [BR] Brazil
    [CA] Canada
    [CH] Switzerland
    [CY] Cyprus
    [CZ] Czechia
    [DE] Germany
    [DK] Denmark
    [EE] Estonia
    [ES] Spain
    [FI] Finland
    [FR] France
    [GB] United Kingdom
    [GR] Greece
    [HR] Croatia
    [HU] Hungary
    [IE] Ireland
    [IL] Israel
    [IN] India
    [IS] Iceland
    [IT] Italy
    [JP] Japan
    [KR] South Korea
    [LI] Liechtenstein
    [LT] Lithuania
    [LU] Luxembourg
    [LV] Latvia
    [MT] Malta
    [MX] Mexico
    [NL] Netherlands
    [NO] Norway
    [NZ] New Zealand
    [PL] Poland
    [PT] Portugal
    [QA] Qatar
    [RO] Romania
    [SA] Saudi Arabia
    [SE] Sweden
    [SG] Singapore
    [SI] Slovenia
    [SK] Slovakia
    [TR] Türkiye
    [UA] Ukraine
    [US] United States
    [ZA] South Africa
   *[other] { $code }
    }
phone-number-label = Mobile number
phone-number-hint = The phone that you have with you at work.
phone-risk-title = Good to know:
phone-risk = Text messages need coverage. They can be intercepted, or moved to another phone by somebody who takes over your number. We will offer you other ways to sign in as well.
code-title = 2-step verification
code-text = We have sent a text message with a code to { $number }. The code works for { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
    }.
code-resend = Send the code again
code-no-sends = No more codes can be sent for this sign-in. Use the latest one, or sign in again later.
code-other-number = Use another number
code-other-account = Use another account

## Notices, set-up, sign-out
notice-accept = I have read and understood this
notice-start-button = Start using { $client }
set-up-title = You are set up
set-up-text = From now on, sign in with your email, your password and a code from a text message.
set-up-open = Open { $client }
set-up-signed-in-title = You are signed in
set-up-signed-in-text = Open the app that you want to use. You will not need to sign in again.
set-up-team = Invite colleagues and see your team
sign-out-title = Sign out?
sign-out-who = You are signed in as { $person }.
sign-out-text = You will be signed out of { $brand } and of the apps that use it.
sign-out-text-client = You will be signed out of { $client } and of the other apps that use { $brand }.
sign-out-stay = Stay signed in
signed-out-title = You are signed out
signed-out-text = On a shared computer, also close the browser.
signed-out-return = Back to { $name }
signed-out-again = Sign in again

## Forgotten password
forgot-title = Set a new password
forgot-text = Enter your email address and we will send you a code. You also need your mobile phone.
forgot-button = Send a code
forgot-code-text = If there is an account for { $email }, a code is on its way to it.
forgot-other-email = Use another email address
forgot-sms-text = We have also sent a text message with a code to { $number }.
forgot-sms-lost = No longer have this phone? Ask your team lead or write to support.
new-password-title = Choose a new password
new-password-text = It replaces your old password at once.
new-password-label = New password
new-password-button = Set new password

## Team
team-title = Your team
team-invite-title = Invite colleagues
team-invite-button = Send invites
team-addresses-label = Email addresses
team-addresses-hint = One per line. Each person gets their own invite.
team-scope-label = Team
team-role-label = Role
team-client-label = App to start in
team-message-label = Message (optional)
team-message-hint = A line in your own words. No patient details.
team-people-title = People and invites
team-col-person = Person
team-col-team = Team and role
team-col-step = How far
team-col-acts = What you can do
team-resend = Send again
team-revoke = Withdraw
team-unblock = Unblock
team-expires = Works { $expires }
team-empty-title = No invites yet. Invite the first colleague.
team-empty-text = Each person you invite appears here, with how far they have come: invite sent, account created, email verified, phone set up, app reached. You can see who is stuck and help.
team-report-title = What became of your invites
team-report-line = (line { $line })
team-revoke-title = Withdraw this invite?
team-revoke-text = The invite for { $email } stops working at once. You can send a new one at any time.
team-revoke-button = Withdraw invite
team-confirm-back = Keep it
invite-step-sent = Invite sent
invite-step-opened = Invite opened
invite-step-account = Account created
invite-step-email = Email verified
invite-step-phone = Phone set up
invite-step-reached = App reached
invite-step-expired = Invite run out
invite-step-revoked = Invite withdrawn
invite-step-blocked = Blocked, email not verified
invite-step-undelivered = Email not delivered
report-sent = Invite sent.
report-invalid = This is not an email address. Check the spelling.
report-duplicate = This address is on the list twice. One invite was sent.
report-already-member = Is in this team already.
report-already-invited = Has an open invite already. You can send it again below.
report-not-allowed = You cannot invite this address. Ask your admin.

## Demo inbox
demo-title = Demo inbox
demo-guide-title = What to do
demo-guide-invite = Open the invite below and choose “Create account”.
demo-guide-verify = Fill in the page. A second email arrives here: choose “Verify email”.
demo-guide-phone = Enter a mobile number, such as 07400 123456. The code arrives here as a text message.
demo-guide-start = Read the disclaimer, tick the box, and you are on the dashboard.
demo-guide-team = To see what a team lead sees, open your team. The terminal that runs the demo says with which email and password.
demo-text = In this demo, emails and text messages do not leave your computer. They arrive here.
demo-dashboard = Open the dashboard
demo-refresh = Look for new messages
demo-messages-title = Messages
demo-sms = Text message
demo-to = Sent to { $to }
demo-code = Code
demo-read = Plain text
demo-html = See it as an email
demo-empty = No messages yet. This page shows them as they arrive.

## Problems with a page
problem-reference = Please give this reference: { $reference }
problem-detail = For the makers of the app:
problem-not-found-title = There is no such page
problem-not-found-text = The address may be mistyped or old.
problem-stale-title = This page was open for too long
problem-stale-text = Nothing was changed. Please start again.
problem-client-title = The app sent an unusable request
problem-client-text = You did nothing wrong. Go back to the app and try again. If it happens again, its makers need to mend it.
problem-busy-title = We cannot do this right now
problem-busy-text = Nothing is lost. Please try again in a minute.
problem-internal-title = Something went wrong on our side
problem-internal-text = You did nothing wrong. Please try again in a minute.
problem-method-title = This page cannot be opened this way
problem-method-text = Please start again.
problem-too-large-title = That was too much text
problem-too-large-text = Please go back and send less.
problem-forbidden-title = You may not open this page
problem-forbidden-text = Your role does not include it. If you need it, speak to your team lead.
problem-disabled-title = Your account is switched off
problem-disabled-text = Please speak to your team lead.
problem-next-sign-in = Sign in
problem-next-home = Go to the start

## Errors at a field
error-required = Please fill this in.
error-too-long = Please use at most { $max } characters.
error-password-short = Please use at least { $min } characters.
error-password-long = Please use at most { $max } characters.
error-password-common = Many people use this password, so it is easy to guess. Choose another one.
error-password-personal = It contains your name, email or workplace, so it is easy to guess. Choose another one.
error-password-weak = It is easy to guess. Add another word or two.
error-terms = Tick the box to agree. You need to agree to create an account.
error-terms-changed = The terms have changed meanwhile. Please read them and tick the box again.
error-credentials = That email and password do not match an account.
error-code-wrong = That code is not right. Check it and try again.
error-code-expired = That code has run out. Send a new one.
error-code-spent = Too many tries with this code. Send a new one.
error-code-form = That does not look like the code. Copy it just as it is in the message.
error-phone-invalid = That is not a complete phone number. Check the digits and the country.
error-phone-country = We cannot send text messages to this country. Use another number or write to support.
error-phone-kind = This number cannot get text messages. Enter a mobile number.
error-phone-limit = This number is used by too many accounts. Enter another one.
error-email-invalid = That is not a complete email address. It looks like name@example.org.
error-choose = Choose one from the list.
error-tick = Tick the box to go on.
error-send-limit = That is the most we can send for now. Sending is paused { $until }.
error-name = Please use letters, spaces, hyphens and apostrophes only.

## What has just happened
status-code-sent = We have sent the code again.
status-link-sent = We have sent a new link. Links from older emails no longer work.
status-delayed = The message is on its way; it may take a minute longer than usual.
status-undelivered = We could not send a message to this number. Check that it is right, or write to support.
status-password-changed = Your password is changed. Sign in with the new one.
status-signed-out = You are signed out.
status-invites-sent = { $count ->
    [0] No invite was sent.
    [one] One invite was sent.
   *[other] { $count } invites were sent.
    }
status-invite-resent = The invite was sent again.
status-invite-revoked = The invite was withdrawn.
status-unblocked = The account is open again. A new email to verify was sent.

## Times
time-until-today = today until { $time }
time-until-tomorrow = until tomorrow, { $time }
time-until-date = until { $date }, { $time }
time-ago-now = just now
time-ago-minutes = { $n ->
    [one] 1 minute ago
   *[other] { $n } minutes ago
    }
time-ago-hours = { $n ->
    [one] 1 hour ago
   *[other] { $n } hours ago
    }
time-ago-days = { $n ->
    [one] yesterday
   *[other] { $n } days ago
    }

## Messages
mail-hello = Hello { $name },
mail-bare-link = If the button does not work, open this address:
mail-help = Need help? Write to
mail-sent-by = This email was sent by { $brand }, { $host }.
mail-invite-subject = You have been invited to { $brand }
mail-invite-remind-subject = Reminder: You have been invited to { $brand }
mail-invite-remind = This is a reminder. The button below replaces the one in the email before, which no longer works.
mail-invite-text = { $inviter } has invited you to use { $brand } with { $organisation }.
mail-invite-text-team = { $inviter } has invited you to use { $brand } with { $team }, { $organisation }.
mail-invite-message = { $inviter } writes:
mail-invite-do = Create your account to get started. If you already have one, the same button lets you join.
mail-invite-expires = This invite works { $expires }.
mail-invite-why = You get this email because { $inviter } entered your address. Not expecting it? Then do nothing, or ask your team lead.
mail-verify-subject = Verify your email for { $brand }
mail-verify-text = Thank you for creating your { $brand } account. Please verify that this is your email address.
mail-verify-deadline = The link and the code work { $deadline }. If you have not verified by then, your account will be blocked.
mail-code-intro = You can also type this code on the page “Check your email”:
mail-not-you = You did not create this account? Open the link and choose “I did not make this account”.
mail-reminder-subject = Reminder: verify your email for { $brand }
mail-reminder-text = Your { $brand } account is nearly ready. Your email is not verified yet.
mail-blocked-subject = Your { $brand } account is blocked
mail-blocked-text = Your email was not verified within 24 hours, so your account is blocked. Nothing is lost: as soon as you verify it, your account opens again.
mail-unblocked-subject = Your { $brand } account is open again
mail-unblocked-text = Your { $brand } account was unblocked. Please verify your email now.
mail-reset-subject = Your code for a new { $brand } password
mail-reset-text = Somebody asked to set a new password for your { $brand } account. Type this code on the page where you asked for it:
mail-reset-minutes = The code works for { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
    }. Never share it. We will never ask you for it.
mail-reset-not-you = Was it not you? Then do nothing. Your password stays as it is.
mail-password-subject = Your { $brand } password was changed
mail-password-text = The password of your { $brand } account was changed on { $when }.
mail-phone-subject = A phone number was added to your { $brand } account
mail-phone-text = The number { $number } was added to your { $brand } account on { $when }. Codes for signing in now go to it.
mail-notice-you = Was it you? Then there is nothing to do.
mail-notice-not-you = Was it not you? Write to { $support } at once. You can also go to { $host } yourself and set a new password. This email has no link for that, on purpose.
mail-asked-subject = Somebody asks for a new { $brand } invite
mail-asked-text = The invite for { $email } to { $organisation } does not work at the moment, and its reader asks for one that does.
mail-asked-do = If you know the address and the person should have access, open your team and send the invite again, or take it over. If not, do nothing.
mail-asked-why = You get this email because you sent the invite or look after the team it is for.
mail-asked-button = Open your team
mail-closed-subject = A new { $brand } account was closed
mail-closed-text = The owner of { $email } told us that somebody else had made a { $brand } account with their invite. We have closed that account and sent them the invite again.
mail-closed-do = Please check that the address is right and that only this person gets the invite. You can see your invites at { $host }, under “Your team”.
sms-login-code = { $brand }: { $code } is your code. It works for { $minutes } min. Never share it.
sms-phone-added = { $brand }: this phone now gets your sign-in codes. Was it not you? Write to { $support }
error-password-off = Too many wrong tries. Please set a new password with “Forgot your password?”.
create-account-have = I already have an account
language-name = English
report-limit = You have sent as many invites as a day allows
form-post-title = Back to your app
form-post-text = You are signed in. Your app opens in a moment.

## Several accounts, and what applications may learn
select-title = Choose an account
select-text = You are signed in with more than one account.
select-text-client = With which account do you want to use { $client }?
select-another = Use another account
consent-title = Share your details with { $client }?
consent-text = You are signed in as { $person } ({ $email }).
consent-learns = { $client } will learn:
consent-openid = that it is you, each time you sign in there
consent-profile = your name and your language
consent-email = your email address
consent-phone = your mobile number
consent-staff = your profession, your organisation, your teams and roles
consent-offline = the same while you are away, until you take it back
consent-foreign = { $client } does not belong to { $brand }. It is at { $address }.
consent-change = You can take this back at any time under “Apps you use”.
consent-allow = Allow
apps-title = Apps you use
apps-text = These apps know you. If you remove one, it is signed out at once.
apps-asked = You let it learn:
apps-own = One of { $brand }’s own apps. It does not have to ask you.
apps-none = No app knows you at the moment.
apps-remove = Remove access
apps-back = Back
set-up-apps = Apps you use
status-app-removed = The access was removed.

## The console
nav-home = Home
nav-organisations = Organisations
admin-home-title = Administration
admin-search-label = Search
admin-search-button = Search
admin-pages-label = Pages of this list
admin-pages-first = First page
admin-pages-next = Next page
admin-nothing-found = Nothing found
admin-nothing-found-text = Try fewer letters, or another spelling.
name-label = Name
settings-title = Settings
save-button = Save
allowed = Allowed
not-allowed = Not allowed
organisation-add = Add an organisation
organisation-add-button = Add organisation
organisation-teams = Teams
organisation-people = People
organisation-peers = Clinicians may invite colleagues into their own team
organisation-peers-short = Peers invite
organisations-empty-title = No organisations yet
organisations-empty-text = Add the first one; then add its teams and invite people.
teams-empty = No teams yet.
team-add = New team
team-add-button = Add team
status-organisation-added = The organisation is there. Now add its teams.
status-team-added = The team is there.
status-changed = Saved.
error-label = Give it a name of 1 to { $most } characters.
error-name-taken = This name is taken. Choose another one.
error-changed-meanwhile = Somebody else changed this while you had it open, so nothing was saved. Your text is still here: compare it with the title above, then save again.
consent-api-read = see in the administration what you may see there
consent-api-act = act for you in the administration, as far as you may yourself
role-support = Support
role-auditor = Auditor

## The console: operations
nav-messages = Messages
nav-keys = Signing keys
nav-audit = Audit trail
nav-settings = Effective settings
admin-state = State
admin-every = Every state
admin-filter-button = Filter
key-alg = Algorithm
key-id = Key id
key-next = Published, signs from
key-active = Signing since
key-retiring = Published until
keys-text = Keys rotate by themselves. The next one is published before it signs, the old one stays until its last token has run out.
keys-rotate-title = Rotate signing keys
keys-rotate-button = Rotate keys
keys-every-alg = Every algorithm
keys-how = How to rotate
keys-planned = As planned: publish the next key now, sign with it once every app can know it
keys-now = At once: the next key signs now
keys-revoke = A key was stolen: sign with a new one and remove all others
keys-now-text = The next key signs at once. Apps that keep the key set may refuse its tokens for up to five minutes.
keys-revoke-text = A new key signs at once, and every other key is removed. Tokens that they signed are over: people sign in again, apps fetch the key set again.
status-keys-rotated = The keys were rotated.
message-kind = Message
message-created = Queued
message-acts = Actions
message-waiting = Waiting
message-late = Late, tries again
message-sent = Delivered
message-dropped = No longer needed
message-dead = Given up
message-attempts = { $attempts ->
    [one] Tried once
   *[other] Tried { $attempts } times
    }
message-next = Next try { $at }
message-try = Try now
message-dead-text = What was given up cannot be sent again from here: its contents are gone for safety. Send the invite or the link again instead.
messages-empty-title = No messages yet
messages-empty-text = Emails, text messages and calls to apps show here as they are sent.
status-message-tried = It is being tried now.
previews-title = How each message looks
previews-text = With made-up data, in every language.
preview-html = See the email
preview-sms = Text message
audit-export = Export as a file
audit-act = What happened
audit-actor = Done by
audit-target = Done to
audit-client = For the app
audit-at = When
audit-refused-only = Only refusals
audit-refused = Refused: { $reason }
audit-detail = Details
audit-unsealed = Not sealed yet
audit-follow = Follow as it grows
audit-following = Following: this page looks again every five seconds.
audit-follow-stop = Stop following
audit-empty-text = No act fits this filter.
settings-text = This is what is in force. Change it where it is written, then start again.
settings-from-file = The file is { $file }.
settings-no-file = There is no configuration file.
settings-version = Version
settings-mode = Mode
settings-production = Production
settings-development = Development
setting-key = Setting
setting-value = Value
setting-source = Where from
setting-default = Default
setting-file = Configuration file
setting-environment = Environment
attention-title = What needs attention
attention-none = Nothing needs attention.
attention-late = { $count ->
    [one] One message is late and tried again
   *[other] { $count } messages are late and tried again
    }
attention-dead = { $count ->
    [one] One message was given up
   *[other] { $count } messages were given up
    }
parts-title = Where to go
## Applications
nav-clients = Applications
client-add = Add an application
client-kinds-text = What is it? Each kind starts with safe settings, which you can change later.
client-kind = Kind
client-kind-server = Server application
client-kind-server-text = Runs on a server and can keep a secret: most web applications.
client-kind-browser = Browser application
client-kind-browser-text = Script in the browser, without a server of its own. It has no secret.
client-kind-native = Native application
client-kind-native-text = On a phone, tablet or computer. It has no secret.
client-kind-service = Service
client-kind-service-text = Acts in its own name; nobody signs in to it.
client-source = Looked after by
client-source-config = the configuration
client-source-command = a command
client-source-console = this console
client-source-dynamic = itself (registered itself)
client-used = Last sign-in
client-never-used = never
client-third-party-chip = Third party
clients-empty-title = No applications yet
clients-empty-text = Add the first one; then people can sign in to it.
status-client-added = The application is there.
status-client-removed = The application was removed.
client-form-back = Back without saving
client-more = More settings
client-make-button = Add application
client-prove = Prove both factors in a new tab
error-prove-again = Nothing was saved yet: it is a while since you proved both factors. Prove them in a new tab, then save here. What you typed is still here.
error-client-id-taken = This id is taken. Choose another one.
error-client-number = Give a whole number of seconds.
error-client-changed-meanwhile = Somebody else changed this while you had it open, so nothing was saved. What you typed is still here: compare it with the application’s page, then save again.
client-id = Client id
client-id-hint = Letters, digits and hyphens. If you leave it empty, it is made of the name. It cannot be changed later.
client-redirect-uris = Redirect addresses
client-redirect-uris-hint = One in each line, exactly as the application sends it.
client-origins = Origins of its scripts
client-origins-hint = Scheme, host and port, one in each line. A browser application that names none has those of its redirect addresses.
client-service-scopes = Scopes of its own
client-words-hint = With a space between them.
client-resources = Resource servers
client-resources-hint = Addresses that it may ask tokens for, one in each line.
client-third-party = It belongs to somebody else: people are asked before it learns of them
client-allow = Who may use it
client-allow-hint = One in each line, for example organisation=Northshore,team=Cardiology,role=team_lead. Empty: everybody.
client-colour = Colour of its own dialogs
client-home-uri = Front page
client-initiate-login-uri = Where its sign-in starts
client-initiate-login-uri-hint = With it, people can begin here and land in the application.
client-post-logout = Addresses after signing out
client-backchannel = Where it hears that a session ended
client-auth-method = How it proves itself
client-jwks-uri = Where its public keys are fetched from
client-jwks = Its public keys (JWK set)
client-pkce = Code challenge
client-grant-types = Grant types
client-grant-types-hint = authorization_code, refresh_token, client_credentials
client-scopes = Scopes that it may ask for
client-access-tokens = Access tokens
client-access-seconds = Life of an access token, in seconds
client-id-token-alg = Signature of ID tokens
client-id-seconds = Life of an ID token, in seconds
client-claims-in-id-token = Claims also in the ID token, for libraries that never ask for user info
client-refresh-with-session = Refresh token for the length of the session, without asking
client-refresh-idle = An unused refresh token ends after, in seconds
client-refresh-absolute = A refresh token ends at the latest after, in seconds
client-introspects = It may ask what any token is worth, as a resource server does
client-edit = Change settings
client-edit-title = Settings of the application
client-try = Test sign-in
client-configured = It stands in the configuration file, as the [[client]] with id = "{ $id }". Change it there; it takes effect at the next start.
client-may = What it may do
client-weak = What is weak
client-settings = All settings
client-block-title = For the application’s own settings
client-block-text = Copy them into the application. Settings for common libraries are in docs/libraries.md.
client-secret-once = The secret is shown this once. Copy it now; if it is lost, make a new one.
client-secret-kept = I have copied it
client-secret-title = Secret
client-secret-keep = How long does the old one go on working?
client-secret-keep-none = Not at all: it ends now
client-secret-keep-hour = One hour
client-secret-keep-day = One day
client-secret-keep-week = One week
client-secret-button = Make a new secret
client-secret-old-over = There is a new secret. The old one no longer works.
client-secret-old-until = There is a new secret. The old one works until { $when }.
client-when = When
client-refusals = Why it was refused lately
client-refusals-none = Nothing was refused.
client-refusal-why = Reason
client-refusal-where = Where
client-logouts = Whether it heard of ended sessions
client-logouts-none = No session ended in which it was used.
client-logout-sent = It knows
client-logout-dropped = Not needed
client-logout-failed = Not reached
client-logout-waiting = Waiting
client-logout-tries = { $count ->
    [one] { $count } try
   *[other] { $count } tries
    }
client-remove-title = Remove this application
client-remove-text = Nobody can sign in to { $name } any more, and its tokens stop working at once; signed ones when they run out. What people allowed it is forgotten. It cannot be undone.
client-remove-button = Remove application
## People in the console
nav-people = People
people-search-label = Name or email begins with
people-organisation-label = Organisation
people-col-person = Person
people-col-state = State
people-col-places = Organisation and role
people-empty-title = Nobody here yet
people-empty-text = People appear here once they have made an account from an invite.
filter-any = Everyone
person-unverified = Email not verified yet
person-blocked = Blocked
person-verified = Active
person-disabled = Disabled
person-deadline = to be verified { $until }
person-created = Account made
person-unblock = Send a new link
person-enable = Enable again
person-disable = Disable
person-disable-title = Disable this account?
person-disable-text = { $name } will be signed out of every browser and app at once and cannot sign in until somebody enables the account again. Nothing is deleted.
person-disable-button = Disable account
person-places-none = No organisation yet.
person-elsewhere = This person also works in organisations that you do not look after.
person-take = Remove
person-take-title = Remove this role?
person-take-text = The person will no longer belong to { $name }. Apps that are only for people there will not open any more. The account stays.
person-take-button = Remove role
person-give = Add or change a role
person-give-hint = Where the person already has a role, it is replaced.
person-give-button = Save role
person-sessions = Signed in
person-sessions-none = Not signed in anywhere.
person-browser-unknown = Unknown browser
person-session-since = signed in { $since }
person-session-seen = last used { $seen }
person-end = Sign out
person-end-all = Sign out everywhere
person-end-all-title = Sign out everywhere?
person-end-all-text = { $name } will be signed out of every browser and app and has to sign in again with both steps.
person-end-all-button = Sign out everywhere
person-told = Apps told of the sign-out
person-told-preparing = More apps are about to be told.
told-yes = Told
told-nobody = No longer there
told-failed = Not reached
told-again = Trying again
told-waiting = Being told
person-known = Sign-in and apps
person-factors = Second step
person-factors-none = Not set up
person-sms = Text message to
person-factor-since = set up { $since }
person-factor-waiting = waiting for the first code
person-agreed = Agreed to
person-terms = Terms and conditions
person-disclaimer = Notice of { $client }
person-version = version { $number }
person-apps = Apps used
person-apps-none = None at the moment
person-history = History
history-act = What
history-actor = By whom
history-when = When
history-refused = Refused
status-disabled = The account is disabled and signed out everywhere. Apps are being told.
status-enabled = The account is enabled again. The person can sign in.
status-sessions-ended = Signed out. Apps are being told.
status-place-given = The role is saved.
status-place-taken = The role was removed.
error-person-changed = Somebody else changed this person while you had the page open, so nothing was done. Look at it again, then repeat what you wanted.
error-last-admin = This is the last admin of the installation. Make somebody else an admin first.
error-yourself = You cannot do this to yourself. Ask another admin.

## The console: invites
invite-step-queued = Invite waits to be sent
invite-step-closed = Account closed
invite-step-superseded = Replaced by a newer invite

## The console: the board of invites
nav-invites = Invites
board-invite = Invite somebody
board-invite-button = Send invite
board-bulk = Invite many at once
board-search-label = Email or name contains
board-every = Everything
board-inviter = Invited by
board-inviter-none = The host or a service
board-created = Invited
board-message = Message
board-state-open = Open
board-state-accepted = Accepted
board-state-expired = Run out
board-state-revoked = Withdrawn
board-state-superseded = Replaced
board-remind = Send a reminder
board-remind-hint = A reminder says that it is one and brings a new link. The link before stops working, since nobody keeps it.
board-address-title = Change the address
board-address-text = The invite goes to the new address with a new link. The link that went to the old one stops working at once.
board-address-label = New email address
board-address-button = Change address
board-hand-title = Hand over
board-hand-text = Somebody else looks after this invite from now on: a person who may invite there too. The link stays as it is.
board-hand-label = Email address of the new inviter
board-hand-button = Hand over
list-label = List
list-hint = One person per line: email, given name, family name, team, role. Only the email is needed. Paste from a spreadsheet, or a CSV file’s content; a first line with the names of the columns may be there. 5,000 lines at most.
list-usual = Where a line names no team or role, this counts:
list-judge-button = Check the list
list-judge-hint = Nobody is invited yet. You see what would become of each line first.
list-recent = Last lists
list-of = { $count ->
    [one] List of one person
   *[other] List of { $count } people
    }
list-state-judged = Checked, not sent
list-state-sending = Being sent
list-state-done = Sent
list-send-title = Send these invites?
list-send-text = { $count ->
    [one] One person gets an invite by email. The other lines are left out.
   *[other] { $count } people get an invite by email. The other lines are left out.
    }
list-send-button = { $count ->
    [one] Send one invite
   *[other] Send { $count } invites
    }
list-progress = { $sent } invites are made, { $left } to go.
list-reload = See how far it is
list-every = Every line
list-col-line = Line
list-col-verdict = Result
list-column = Column { $column }
list-team-usual = as chosen for the list
verdict-ok = Can be sent
verdict-sent = Invite made
verdict-unreadable = Cannot be read
verdict-not-an-address = Not an email address
verdict-bad-name = Not a name
verdict-unknown-team = No such team
verdict-unknown-role = No such role
verdict-duplicate = Is on the list twice
verdict-domain = Domain that is not invited
verdict-waits = Waits to be approved
verdict-not-allowed = You cannot invite there
verdict-already-there = Is there already
verdict-already-invited = Has an open invite
verdict-limit = Limit of the day reached
status-invited = The invite is on its way.
status-invite-reminded = The reminder is on its way, with a new link. The link before no longer works.
status-invite-readdressed = The invite goes to the new address. The old link no longer works.
status-invite-handed = The invite was handed over.
status-list-sent = The invites are being sent. Reload this page to see how far it is.
error-invite-changed = This invite was accepted, withdrawn, replaced or handed over meanwhile, so nothing was done. Look at it again.
error-no-inviter = This is nobody who may invite there.
error-list-long = A list has { $max } lines at most. Split it.
error-list-header = The first line names the columns, but column { $column } is none that there is, or is there twice.
error-list-incomplete = Not every line of this list is there yet. Wait a moment, or check the list again.
## Invites that wait for somebody
invite-dead-gone-title = This invite leads nowhere
invite-dead-gone-text = The team, role or app it was for is not there any more. Nothing was created.
invite-dead-frozen-title = This invite waits to be confirmed
invite-dead-frozen-text = The person who invited you cannot do so at the moment. Somebody else has to confirm the invite first; then this same link works.
invite-dead-frozen-who = The team lead of { $team } or an admin of { $organisation } can confirm it.
invite-dead-frozen-button = Ask them to confirm it
invite-dead-frozen-asked = We have told those who can confirm your invite. Open this link again later.
invite-step-frozen = Waits to be confirmed
team-take-over = Take over
status-invite-taken = The invite is yours now and its link works again.
invite-step-waiting = Waits to be approved
invite-step-declined = Not approved
team-approve = Approve
team-decline = Decline
status-invite-approved = The invite was approved and sent.
status-invite-declined = The invite was declined. Who asked for it sees so.
status-invites-waiting = { $count ->
    [one] One invite waits to be approved by your team lead. Nothing was sent yet.
   *[other] { $count } invites wait to be approved by your team lead. Nothing was sent yet.
    }
report-waits = Waits to be approved by your team lead.
report-domain = Your organisation does not invite addresses of this domain.
organisation-peer-quota = Invites of one clinician in a day
organisation-zero-setting = 0 means as in the settings of the installation.
organisation-peer-approval = A team lead approves what clinicians send
organisation-domains = Email domains that may be invited
organisation-domains-hint = One per line, such as hospital.example. Leave it empty for any domain.
organisation-days = Days until an invite runs out
organisation-default-role = Role that is offered first
organisation-default-client = App to start in, where none is chosen
organisation-default-none = None
organisation-as-set = As in the settings
organisation-any = Any
organisation-needed = Yes
organisation-not-needed = No
error-peer-quota = Give a whole number from 0 to 100,000.
error-invite-days = Give a whole number from 0 to 60.
error-invite-domains = One of these is no domain of email addresses. Write them like hospital.example, 100 at most.
## Notices
notice-until = You can go on without it until { $until }. After that it has to be accepted.
notice-later = Ask me next time
notice-preview = This is a preview. Nobody is asked yet.
nav-notices = Notices
notice-new = Write a notice
notice-write = Write a notice
notice-back = Back
notice-title = Title
notice-text = Text
notice-name = Name in addresses
notice-name-hint = Small letters, digits and -, for example radiology-2027. A disclaimer of an app has the name of the app.
notice-for = For whom
notice-everybody = Everybody
notice-for-organisation = People of { $name }
notice-for-client = Disclaimer of { $name }
notice-in-force = In force
notice-since = In force since { $at }
notice-draft = Draft
notice-draft-text = Changed last on { $at }. Nobody is asked yet.
notice-days = { $count ->
    [one] Once it is published, people may put it off for one day.
   *[other] Once it is published, people may put it off for { $count } days.
}
notice-no-days = Once it is published, it has to be accepted at once.
notice-no-draft = Nothing new is being written.
notice-previews = As people will see it (new tab):
notice-edit = Change the draft
notice-next = Write the next version
notice-publish = Publish
notice-publish-title = Publish this notice
notice-publish-text = { $count ->
    [one] One person will be asked to accept it the next time that this person signs in or opens an app. A published version never changes.
   *[other] { $count } people will be asked to accept it the next time that they sign in or open an app. A published version never changes.
}
notice-publish-text-client = { $count ->
    [one] One person accepted an earlier version and will be asked again at the next visit to the app, and so will whoever opens it for the first time. A published version never changes.
   *[other] { $count } people accepted an earlier version and will be asked again at their next visit to the app, and so will whoever opens it for the first time. A published version never changes.
}
notice-publish-button = Publish it now
notice-discard = Throw the draft away
notice-discard-title = Throw the draft away
notice-discard-text = What was written is gone then. What is in force stays.
notice-discard-button = Throw it away
notice-versions = Versions
notice-version = Version
notice-published = Published
notice-deadline = Has to be accepted
notice-at-once = At once
notice-configured = This text is written in the configuration: { $place }. Change it there; a changed text is asked again from the next start on.
notice-configured-chip = Configuration
notice-markdown = Blank lines divide paragraphs. ## makes a heading, - an item of a list, *words* are emphasised, **words** strongly, [words](https://…) is a link.
notice-grace = Days to put it off
notice-grace-hint = From 0 to 90. Until they are over, people are asked but may go on.
notice-save = Save the draft
notice-changes = What the version before said is struck through; what is new is underlined.
notice-added = New:
notice-removed = Gone:
notice-people = Who accepted
notice-counts = { $agreed } accepted, { $missing } have not yet.
notice-agreed = Accepted
notice-missing = Not yet
notice-person = Person
notice-when = Accepted on
notice-not-yet = Not yet
notice-export-csv = Receipts as CSV
notice-export-jsonl = Receipts as JSON lines
status-notice-saved = The draft is saved. Look at the preview, then publish it.
status-notice-published = Published. People are asked from now on.
status-notice-discarded = The draft was thrown away.
error-notice-name = Use 1 to 40 small letters, digits and -, with a letter first.
error-notice-html = HTML cannot be used here. Write ## for headings and - for lists.
error-notice-picture = Pictures cannot be used here.
error-notice-address = A link has to begin with https://.
error-notice-form = Code, quotations, lines and lists within lists cannot be used here.
error-notice-grace = Give a number of days from 0 to { $most }.
error-notice-lacks = It cannot be published yet. Title or text is missing in: { $languages }.
error-notice-same = It says the same as the version in force, so nobody would be asked anything new.

## Acts of the trail
act-account-blocked = Account blocked: the address was not verified in time
act-account-closed-by-owner = Account closed by its owner
act-account-created = Account made
act-account-disabled = Account disabled
act-account-enabled = Account enabled again
act-account-unblocked = Account unblocked: a new link and a new deadline
act-audit-exported = Audit trail exported
act-audit-read = Audit trail read
act-client-added = Application added
act-client-changed = Application changed
act-client-read = Application read its own registration
act-client-registered = Application registered itself
act-client-registration-token-added = Registration token made
act-client-registration-token-revoked = Registration token revoked
act-client-removed = Application removed
act-client-secret-rotated = Secret of an application renewed
act-client-told-of-logout = Application told of a sign-out
act-code-issued = Sign-in handed to an application
act-code-replayed = Sign-in handed over twice, so it was ended
act-code-sent = Code sent by text message
act-consent-given = Application allowed to learn something
act-consent-withdrawn = Consent for an application withdrawn
act-email-link-sent = Link to verify the address sent
act-email-proved = Address verified
act-grant-revoked = Access of an application ended
act-invitation-asked-again = New link for an invite asked for
act-invitation-address-changed = Address of an invite changed
act-invitation-approved = Invite approved
act-invitation-asked-for = Invite asked for
act-invitation-declined = Invite declined
act-invitation-frozen = Invite frozen until somebody confirms it
act-invitation-handed-over = Invite handed over
act-invitation-list-judged = List of people to invite checked
act-invitation-list-sent = List of people invited
act-invitation-reminded = Reminded of an invite
act-invitation-taken-over = Invite taken over
act-invitation-created = Invited
act-invitation-resent = Invite sent again
act-invitation-revoked = Invite withdrawn
act-key-brought-forward = Next signing key used earlier
act-key-created = Signing key made
act-key-removed = Signing key removed
act-membership-added = Role given
act-membership-changed = Role changed
act-membership-removed = Role taken away
act-message-tried-now = Message tried again at once
act-notice-accepted = Notice accepted
act-notice-draft-changed = Draft of a notice changed
act-notice-draft-discarded = Draft of a notice thrown away
act-notice-drafted = Draft of a notice begun
act-notice-published = Notice published
act-notice-receipts-exported = Receipts of a notice exported
act-organisation-added = Organisation added
act-organisation-changed = Organisation changed
act-organisation-removed = Organisation removed
act-password-recovered = New password set after it was forgotten
act-person-read = Page of the person opened
act-phone-entered = Mobile number entered
act-phone-proved = Mobile number verified
act-recovery-begun = Forgotten password: link asked for
act-refresh-replayed = Refresh token used twice, so its access was ended
act-service-tokens-issued = Tokens issued to a service
act-session-begun = Signed in
act-session-ended = Signed out
act-sessions-ended = Signed out everywhere
act-sign-in-code = Code of the text message typed
act-sign-in-password = Password typed
act-team-added = Team added
act-team-removed = Team removed
act-token-issued = Token issued to an application
act-token-refreshed = Token of an application renewed
act-token-revoked = Token of an application revoked
