## Rahmen jeder Seite
skip-link = Zum Hauptteil springen
title-problem = Problem:
problems-title = { $count ->
    [one] Bitte sehen Sie sich eine Angabe noch einmal an
   *[other] Bitte sehen Sie sich { $count } Angaben noch einmal an
    }
footer-help = Brauchen Sie Hilfe?
footer-languages = Sprache
nav-label = Hauptmenü
nav-menu = Menü
nav-team = Ihr Team
sign-out-button = Abmelden
continue-button = Weiter
next-button = Weiter
not-now = Jetzt nicht
back-to-sign-in = Zurück zur Anmeldung
step-line = Schritt { $number } von { $of } · { $name }
step-account = Konto anlegen
step-email = E-Mail bestätigen
step-phone = Ihre Handynummer
step-code = Code eingeben

## Felder
email-label = E-Mail-Adresse
password-label = Passwort
password-show = Zeigen
password-hide = Verbergen
password-show-label = Passwort zeigen
password-hide-label = Passwort verbergen
password-hint = Mindestens { $min } Zeichen. Gut sind drei oder vier Wörter, die nichts miteinander zu tun haben.
given-name-label = Vorname
family-name-label = Nachname
profession-label = Beruf
profession-choose = Bitte Beruf wählen
code-label = Code aus der SMS
code-hint = 6 Ziffern. Sie können ihn einfügen.
mail-code-label = Code aus der E-Mail
mail-code-hint = 8 Buchstaben und Ziffern. Sie können ihn einfügen.
resend-wait = { $seconds ->
    [one] Erneut senden können Sie in 1 Sekunde.
   *[other] Erneut senden können Sie in { $seconds } Sekunden.
    }
resend-ready = Sie können jetzt erneut senden.
strength-0 = Sehr leicht zu erraten. Nehmen Sie weitere Wörter dazu.
strength-1 = Leicht zu erraten. Nehmen Sie ein weiteres Wort dazu.
strength-2 = Noch nicht stark genug. Nehmen Sie ein weiteres Wort dazu.
strength-3 = Gutes Passwort.
strength-4 = Starkes Passwort.
profession-doctor = Ärztin oder Arzt
profession-nurse = Pflegefachperson
profession-midwife = Hebamme
profession-pharmacist = Apothekerin oder Apotheker
profession-physiotherapist = Physiotherapeutin oder Physiotherapeut
profession-paramedic = Notfallsanitäterin oder Notfallsanitäter
profession-allied = Anderer Gesundheitsfachberuf
profession-healthcare-assistant = Pflegehilfe
profession-administrator = Verwaltung
profession-other = Etwas anderes
role-clinician = Behandelnde Person
role-team-lead = Teamleitung
role-organisation-admin = Verwaltung der Organisation
role-admin = Administration

## Anmelden
sign-in-title = Anmelden
sign-in-client = weiter zu { $client }
sign-in-button = Anmelden
sign-in-forgot = Passwort vergessen?
sign-in-no-account = Noch kein Konto?
access-title = Nur mit Einladung
access-text = { $brand } können Sie nur mit einer Einladung nutzen. Bitte wenden Sie sich an Ihre Teamleitung.
access-invited = Ihre Teamleitung kann Sie per E-Mail einladen. Wenn Sie schon eingeladen sind, öffnen Sie die E-Mail von { $brand } und wählen Sie „Konto anlegen“.
access-support = Wenn Sie nicht wissen, an wen Sie sich wenden können, schreiben Sie an
access-sign-in = Ich habe ein Konto. Anmelden
wait-title = Bitte warten Sie etwas
wait-text = Mit dieser E-Mail-Adresse gab es zu viele Versuche.
wait-until = Zum Schutz des Kontos ist die Anmeldung pausiert: { $until }.
wait-forgot = Wenn Sie Ihr Passwort nicht sicher wissen, legen Sie ein neues fest.

## Einladung
create-account-title = Ihr Konto bei { $brand } anlegen
create-account-invited = { $inviter } hat Sie zu { $organisation } eingeladen.
create-account-invited-team = { $inviter } hat Sie zu { $team }, { $organisation }, eingeladen.
create-account-email-hint = Ihre Einladung gilt für diese Adresse. Sie lässt sich hier nicht ändern.
create-account-password-label = Passwort wählen
create-account-button = Konto anlegen
terms-title = Nutzungsbedingungen
terms-agree = Ich habe die Nutzungsbedingungen von { $brand } gelesen und stimme ihnen zu
terms-read = Nutzungsbedingungen lesen (neuer Tab)
terms-version = Fassung { $version }
join-title = Beitreten: { $name }
join-button = { $name } beitreten
join-organisation = Organisation
join-team = Team
join-role = Ihre Rolle
join-decline-hint = Wenn Sie „Jetzt nicht“ wählen, ändert sich nichts. Ihre Einladung bleibt offen, bis sie abläuft.
invite-dead-title = Ihre Einladung
invite-dead-used-title = Diese Einladung wurde schon benutzt
invite-dead-used-text = Mit ihr wurde ein Konto angelegt. Wenn es Ihres ist, melden Sie sich an.
invite-dead-expired-title = Diese Einladung ist abgelaufen
invite-dead-expired-text = Einladungen gelten nur eine begrenzte Zeit. Sie brauchen eine neue.
invite-dead-revoked-title = Diese Einladung wurde zurückgezogen
invite-dead-revoked-text = Das Team, das Sie eingeladen hat, hat diese Einladung zurückgezogen.
invite-dead-superseded-title = Es gibt eine neuere Einladung
invite-dead-superseded-text = Sie haben eine neuere Einladung bekommen, diese gilt nicht mehr. Öffnen Sie die letzte E-Mail von { $brand }.
invite-dead-unknown-title = Wir finden diese Einladung nicht
invite-dead-unknown-text = Öffnen Sie den Link in Ihrer Einladung noch einmal. Wenn Sie ihn kopiert haben, prüfen Sie, ob er vollständig ist.
invite-dead-ask-button = Neue Einladung anfordern
invite-dead-ask-hint = Wir sagen dann der Person Bescheid, die Sie eingeladen hat, und sonst niemandem.
invite-dead-asked = Wir haben der Person Bescheid gesagt, die Sie eingeladen hat. Achten Sie auf eine neue E-Mail.
invite-dead-lead = Wenn das nicht hilft, wenden Sie sich bitte an Ihre Teamleitung.

## E-Mail-Adresse bestätigen
verify-button = E-Mail bestätigen
check-email-title = Sehen Sie in Ihr Postfach
check-email-text = Eine E-Mail an { $email } ist unterwegs. Öffnen Sie sie und wählen Sie „E-Mail bestätigen“.
check-email-deadline = Link und Code gelten { $deadline }. Danach ist Ihr Konto gesperrt, bis Sie bestätigen.
check-email-code-label = Oder geben Sie den Code aus der E-Mail ein
check-email-missing = Keine E-Mail da? Sehen Sie zuerst im Spam-Ordner nach.
check-email-resend = Neuen Link senden
blocked-title = Ihr Konto ist gesperrt
blocked-text = Ihre E-Mail wurde nicht innerhalb von 24 Stunden bestätigt. Nichts ist verloren: Sobald Sie sie bestätigen, ist Ihr Konto wieder offen.
blocked-sent = Wir haben eine neue E-Mail an { $email } gesendet. Öffnen Sie sie und wählen Sie „E-Mail bestätigen“, oder geben Sie hier den Code daraus ein.
blocked-code-label = Oder geben Sie den Code aus Ihrer neuesten E-Mail ein
verify-title = E-Mail bestätigen
verify-text = Damit bestätigen Sie, dass { $email } Ihre E-Mail-Adresse ist.
verify-password-text = Um zu bestätigen, dass { $email } Ihre Adresse ist, geben Sie das Passwort ein, das Sie für dieses Konto gewählt haben.
verify-not-me-hint = Sie haben kein Passwort gewählt? Dann hat vielleicht jemand anders Ihre Einladung benutzt. Wir schließen dieses Konto und senden Ihnen die Einladung noch einmal.
verify-not-me-button = Dieses Konto habe ich nicht angelegt
verify-not-me-close = Dieses Konto schließen
verify-not-me-title = Vielen Dank
verify-not-me-text = Wir haben dieses Konto geschlossen und Ihnen die Einladung noch einmal gesendet.
verify-not-me-next = Öffnen Sie die neue E-Mail und wählen Sie „Konto anlegen“. Diese Seite können Sie schließen.
verify-done-title = Ihre E-Mail ist bestätigt
verify-done-text = Vielen Dank. Es bleibt nur noch wenig zu tun.
link-dead-title = Dieser Link gilt nicht mehr
link-dead-text = Er ist abgelaufen, oder Sie haben einen neueren bekommen. Melden Sie sich an, dann senden wir Ihnen einen neuen.

## Bestätigung in zwei Schritten
phone-title = Bestätigung in zwei Schritten einrichten
phone-text = Bei jeder Anmeldung senden wir einen Code an Ihr Handy. So reicht ein gestohlenes Passwort allein nicht aus.
phone-country-label = Land
country-name = { $code ->
    [AE] Vereinigte Arabische Emirate
    [AT] Österreich
    [AU] Australien
    [BE] Belgien
    [BG] Bulgarien
    [BR] Brasilien
    [CA] Kanada
    [CH] Schweiz
    [CY] Zypern
    [CZ] Tschechien
    [DE] Deutschland
    [DK] Dänemark
    [EE] Estland
    [ES] Spanien
    [FI] Finnland
    [FR] Frankreich
    [GB] Vereinigtes Königreich
    [GR] Griechenland
    [HR] Kroatien
    [HU] Ungarn
    [IE] Irland
    [IL] Israel
    [IN] Indien
    [IS] Island
    [IT] Italien
    [JP] Japan
    [KR] Südkorea
    [LI] Liechtenstein
    [LT] Litauen
    [LU] Luxemburg
    [LV] Lettland
    [MT] Malta
    [MX] Mexiko
    [NL] Niederlande
    [NO] Norwegen
    [NZ] Neuseeland
    [PL] Polen
    [PT] Portugal
    [QA] Katar
    [RO] Rumänien
    [SA] Saudi-Arabien
    [SE] Schweden
    [SG] Singapur
    [SI] Slowenien
    [SK] Slowakei
    [TR] Türkei
    [UA] Ukraine
    [US] Vereinigte Staaten
    [ZA] Südafrika
   *[other] { $code }
    }
phone-number-label = Handynummer
phone-number-hint = Das Handy, das Sie bei der Arbeit dabeihaben.
phone-risk-title = Gut zu wissen:
phone-risk = SMS brauchen Mobilfunkempfang. Sie können abgefangen werden oder bei jemandem ankommen, der Ihre Nummer an sich bringt. Wir werden Ihnen auch andere Wege zur Anmeldung anbieten.
code-title = Bestätigung in zwei Schritten
code-text = Wir haben eine SMS mit einem Code an { $number } gesendet. Der Code gilt { $minutes ->
    [one] 1 Minute
   *[other] { $minutes } Minuten
    }.
code-resend = Code erneut senden
code-no-sends = Für diese Anmeldung können wir keinen weiteren Code senden. Nehmen Sie den letzten oder melden Sie sich später neu an.
code-other-number = Andere Nummer verwenden
code-other-account = Anderes Konto verwenden

## Hinweise, Abschluss, Abmelden
notice-accept = Ich habe das gelesen und verstanden
notice-start-button = Mit { $client } beginnen
set-up-title = Alles ist eingerichtet
set-up-text = Ab jetzt melden Sie sich mit E-Mail, Passwort und einem Code aus einer SMS an.
set-up-open = { $client } öffnen
set-up-signed-in-title = Sie sind angemeldet
set-up-signed-in-text = Öffnen Sie die App, die Sie nutzen möchten. Sie müssen sich nicht noch einmal anmelden.
set-up-team = Kolleginnen und Kollegen einladen und das Team sehen
sign-out-title = Abmelden?
sign-out-who = Sie sind als { $person } angemeldet.
sign-out-text = Sie werden bei { $brand } und den Apps abgemeldet, die es nutzen.
sign-out-text-client = Sie werden bei { $client } und den anderen Apps abgemeldet, die { $brand } nutzen.
sign-out-stay = Angemeldet bleiben
signed-out-title = Sie sind abgemeldet
signed-out-text = Schließen Sie an einem gemeinsam genutzten Computer auch den Browser.
signed-out-return = Zurück zu { $name }
signed-out-again = Neu anmelden

## Passwort vergessen
forgot-title = Neues Passwort festlegen
forgot-text = Geben Sie Ihre E-Mail-Adresse ein, dann senden wir Ihnen einen Code. Sie brauchen auch Ihr Handy.
forgot-button = Code senden
forgot-code-text = Wenn es ein Konto für { $email } gibt, ist ein Code dorthin unterwegs.
forgot-other-email = Andere E-Mail-Adresse verwenden
forgot-sms-text = Wir haben außerdem eine SMS mit einem Code an { $number } gesendet.
forgot-sms-lost = Haben Sie dieses Handy nicht mehr? Fragen Sie Ihre Teamleitung oder schreiben Sie an die Hilfe.
new-password-title = Neues Passwort wählen
new-password-text = Es ersetzt Ihr altes Passwort sofort.
new-password-label = Neues Passwort
new-password-button = Neues Passwort speichern

## Team
team-title = Ihr Team
team-invite-title = Personen einladen
team-invite-button = Einladungen senden
team-addresses-label = E-Mail-Adressen
team-addresses-hint = Eine pro Zeile. Jede Person bekommt eine eigene Einladung.
team-scope-label = Team
team-role-label = Rolle
team-client-label = App für den Anfang
team-message-label = Nachricht (freiwillig)
team-message-hint = Eine Zeile in Ihren Worten. Keine Angaben zu Patientinnen und Patienten.
team-people-title = Personen und Einladungen
team-col-person = Person
team-col-team = Team und Rolle
team-col-step = Stand
team-col-acts = Was Sie tun können
team-resend = Erneut senden
team-revoke = Zurückziehen
team-unblock = Entsperren
team-expires = Gilt { $expires }
team-empty-title = Noch keine Einladungen. Laden Sie die erste Person ein.
team-empty-text = Wen Sie einladen, erscheint hier, mit dem Stand: Einladung gesendet, Konto angelegt, E-Mail bestätigt, Handy eingerichtet, App erreicht. So sehen Sie, wer nicht weiterkommt, und können helfen.
team-report-title = Was aus Ihren Einladungen wurde
team-report-line = (Zeile { $line })
team-revoke-title = Diese Einladung zurückziehen?
team-revoke-text = Die Einladung für { $email } gilt dann sofort nicht mehr. Sie können jederzeit eine neue senden.
team-revoke-button = Einladung zurückziehen
team-confirm-back = Behalten
invite-step-sent = Einladung gesendet
invite-step-opened = Einladung geöffnet
invite-step-account = Konto angelegt
invite-step-email = E-Mail bestätigt
invite-step-phone = Handy eingerichtet
invite-step-reached = App erreicht
invite-step-expired = Einladung abgelaufen
invite-step-revoked = Einladung zurückgezogen
invite-step-blocked = Gesperrt, E-Mail nicht bestätigt
invite-step-undelivered = E-Mail nicht zugestellt
report-sent = Einladung gesendet.
report-invalid = Das ist keine E-Mail-Adresse. Prüfen Sie die Schreibweise.
report-duplicate = Diese Adresse steht zweimal in der Liste. Eine Einladung wurde gesendet.
report-already-member = Ist schon in diesem Team.
report-already-invited = Hat schon eine offene Einladung. Sie können sie unten erneut senden.
report-not-allowed = Diese Adresse können Sie nicht einladen. Fragen Sie Ihre Verwaltung.

## Demo-Postfach
demo-title = Demo-Postfach
demo-guide-title = Was zu tun ist
demo-guide-invite = Öffnen Sie unten die Einladung und wählen Sie „Konto anlegen“.
demo-guide-verify = Füllen Sie die Seite aus. Eine zweite E-Mail kommt hier an: Wählen Sie „E-Mail bestätigen“.
demo-guide-phone = Geben Sie eine Handynummer ein, zum Beispiel 07400 123456. Der Code kommt hier als SMS an.
demo-guide-start = Lesen Sie den Hinweis, setzen Sie das Häkchen, und Sie sind im Dashboard.
demo-guide-team = Was eine Teamleitung sieht, zeigt „Ihr Team“. Mit welcher E-Mail und welchem Passwort, steht im Terminal, in dem die Demo läuft.
demo-text = In dieser Demo verlassen E-Mails und SMS Ihren Computer nicht. Sie kommen hier an.
demo-dashboard = Dashboard öffnen
demo-refresh = Nach neuen Nachrichten sehen
demo-messages-title = Nachrichten
demo-sms = SMS
demo-to = Gesendet an { $to }
demo-code = Code
demo-read = Nur der Text
demo-html = Als E-Mail ansehen
demo-empty = Noch keine Nachrichten. Sie erscheinen hier, sobald sie eintreffen.

## Probleme mit einer Seite
problem-reference = Bitte nennen Sie dabei: { $reference }
problem-detail = Für die Hersteller der App:
problem-not-found-title = Diese Seite gibt es nicht
problem-not-found-text = Vielleicht ist die Adresse vertippt oder veraltet.
problem-stale-title = Diese Seite war zu lange offen
problem-stale-text = Es wurde nichts geändert. Bitte beginnen Sie neu.
problem-client-title = Die App hat eine unbrauchbare Anfrage gesendet
problem-client-text = Sie haben nichts falsch gemacht. Gehen Sie zurück zur App und versuchen Sie es noch einmal. Wenn es wieder geschieht, muss der Hersteller es beheben.
problem-busy-title = Das geht gerade nicht
problem-busy-text = Nichts ist verloren. Bitte versuchen Sie es in einer Minute noch einmal.
problem-internal-title = Bei uns ist etwas schiefgegangen
problem-internal-text = Sie haben nichts falsch gemacht. Bitte versuchen Sie es in einer Minute noch einmal.
problem-method-title = So lässt sich diese Seite nicht öffnen
problem-method-text = Bitte beginnen Sie neu.
problem-too-large-title = Das war zu viel Text
problem-too-large-text = Bitte gehen Sie zurück und senden Sie weniger.
problem-forbidden-title = Diese Seite dürfen Sie nicht öffnen
problem-forbidden-text = Ihre Rolle umfasst sie nicht. Wenn Sie sie brauchen, wenden Sie sich an Ihre Teamleitung.
problem-disabled-title = Ihr Konto ist abgeschaltet
problem-disabled-text = Bitte wenden Sie sich an Ihre Teamleitung.
problem-next-sign-in = Anmelden
problem-next-home = Zum Anfang

## Fehler an einem Feld
error-required = Bitte füllen Sie dies aus.
error-too-long = Bitte höchstens { $max } Zeichen.
error-password-short = Bitte mindestens { $min } Zeichen.
error-password-long = Bitte höchstens { $max } Zeichen.
error-password-common = Viele Menschen benutzen dieses Passwort, es ist daher leicht zu erraten. Wählen Sie ein anderes.
error-password-personal = Es enthält Ihren Namen, Ihre E-Mail oder Ihren Arbeitsplatz und ist daher leicht zu erraten. Wählen Sie ein anderes.
error-password-weak = Es ist leicht zu erraten. Nehmen Sie ein oder zwei Wörter dazu.
error-terms = Kreuzen Sie das Kästchen an, um zuzustimmen. Ohne Zustimmung lässt sich kein Konto anlegen.
error-terms-changed = Die Nutzungsbedingungen haben sich inzwischen geändert. Bitte lesen Sie sie und kreuzen Sie das Kästchen noch einmal an.
error-credentials = Diese E-Mail und dieses Passwort passen zu keinem Konto.
error-code-wrong = Der Code stimmt nicht. Prüfen Sie ihn und versuchen Sie es noch einmal.
error-code-expired = Dieser Code ist abgelaufen. Senden Sie einen neuen.
error-code-spent = Zu viele Versuche mit diesem Code. Senden Sie einen neuen.
error-code-form = Das sieht nicht nach dem Code aus. Übernehmen Sie ihn genau so, wie er in der Nachricht steht.
error-phone-invalid = Das ist keine vollständige Telefonnummer. Prüfen Sie die Ziffern und das Land.
error-phone-country = In dieses Land können wir keine SMS senden. Nehmen Sie eine andere Nummer oder schreiben Sie an die Hilfe.
error-phone-kind = Diese Nummer kann keine SMS empfangen. Geben Sie eine Handynummer ein.
error-phone-limit = Diese Nummer wird von zu vielen Konten benutzt. Geben Sie eine andere ein.
error-email-invalid = Das ist keine vollständige E-Mail-Adresse. Sie sieht aus wie name@example.org.
error-choose = Wählen Sie etwas aus der Liste.
error-tick = Kreuzen Sie das Kästchen an, um weiterzugehen.
error-send-limit = Mehr können wir im Moment nicht senden. Der Versand ist pausiert: { $until }.
error-name = Bitte nur Buchstaben, Leerzeichen, Bindestriche und Apostrophe.

## Was gerade geschehen ist
status-code-sent = Wir haben den Code erneut gesendet.
status-link-sent = Wir haben einen neuen Link gesendet. Links aus älteren E-Mails gelten nicht mehr.
status-delayed = Die Nachricht ist unterwegs; es kann eine Minute länger dauern als sonst.
status-undelivered = Wir konnten an diese Nummer keine Nachricht senden. Prüfen Sie, ob sie stimmt, oder schreiben Sie dem Support.
status-password-changed = Ihr Passwort ist geändert. Melden Sie sich mit dem neuen an.
status-signed-out = Sie sind abgemeldet.
status-invites-sent = { $count ->
    [0] Es wurde keine Einladung gesendet.
    [one] Eine Einladung wurde gesendet.
   *[other] { $count } Einladungen wurden gesendet.
    }
status-invite-resent = Die Einladung wurde erneut gesendet.
status-invite-revoked = Die Einladung wurde zurückgezogen.
status-unblocked = Das Konto ist wieder offen. Eine neue E-Mail zum Bestätigen wurde gesendet.

## Zeiten
time-until-today = heute bis { $time } Uhr
time-until-tomorrow = bis morgen, { $time } Uhr
time-until-date = bis { $date }, { $time } Uhr
time-ago-now = gerade eben
time-ago-minutes = { $n ->
    [one] vor 1 Minute
   *[other] vor { $n } Minuten
    }
time-ago-hours = { $n ->
    [one] vor 1 Stunde
   *[other] vor { $n } Stunden
    }
time-ago-days = { $n ->
    [one] gestern
   *[other] vor { $n } Tagen
    }

## Nachrichten
mail-hello = Guten Tag { $name },
mail-bare-link = Wenn der Knopf nicht funktioniert, öffnen Sie diese Adresse:
mail-help = Brauchen Sie Hilfe? Schreiben Sie an
mail-sent-by = Diese E-Mail wurde von { $brand }, { $host }, gesendet.
mail-invite-subject = Sie wurden zu { $brand } eingeladen
mail-invite-remind-subject = Erinnerung: Sie wurden zu { $brand } eingeladen
mail-invite-remind = Dies ist eine Erinnerung. Der Knopf unten ersetzt den in der E-Mail davor, der nicht mehr funktioniert.
mail-invite-text = { $inviter } hat Sie eingeladen, { $brand } mit { $organisation } zu nutzen.
mail-invite-text-team = { $inviter } hat Sie eingeladen, { $brand } mit { $team }, { $organisation }, zu nutzen.
mail-invite-message = { $inviter } schreibt:
mail-invite-do = Legen Sie zuerst Ihr Konto an. Wenn Sie schon eines haben, treten Sie mit demselben Knopf bei.
mail-invite-expires = Diese Einladung gilt { $expires }.
mail-invite-why = Sie bekommen diese E-Mail, weil { $inviter } Ihre Adresse eingegeben hat. Sie haben sie nicht erwartet? Dann tun Sie nichts, oder fragen Sie Ihre Teamleitung.
mail-verify-subject = Bestätigen Sie Ihre E-Mail für { $brand }
mail-verify-text = Vielen Dank, dass Sie Ihr Konto bei { $brand } angelegt haben. Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse ist.
mail-verify-deadline = Link und Code gelten { $deadline }. Wenn Sie bis dahin nicht bestätigt haben, wird Ihr Konto gesperrt.
mail-code-intro = Sie können auch diesen Code auf der Seite „Sehen Sie in Ihr Postfach“ eingeben:
mail-not-you = Sie haben dieses Konto nicht angelegt? Öffnen Sie den Link und wählen Sie „Dieses Konto habe ich nicht angelegt“.
mail-reminder-subject = Erinnerung: Bestätigen Sie Ihre E-Mail für { $brand }
mail-reminder-text = Ihr Konto bei { $brand } ist fast fertig. Ihre E-Mail ist noch nicht bestätigt.
mail-blocked-subject = Ihr Konto bei { $brand } ist gesperrt
mail-blocked-text = Ihre E-Mail wurde nicht innerhalb von 24 Stunden bestätigt, deshalb ist Ihr Konto gesperrt. Nichts ist verloren: Sobald Sie sie bestätigen, ist Ihr Konto wieder offen.
mail-unblocked-subject = Ihr Konto bei { $brand } ist wieder offen
mail-unblocked-text = Ihr Konto bei { $brand } wurde entsperrt. Bitte bestätigen Sie jetzt Ihre E-Mail.
mail-reset-subject = Ihr Code für ein neues Passwort bei { $brand }
mail-reset-text = Jemand möchte ein neues Passwort für Ihr Konto bei { $brand } festlegen. Geben Sie diesen Code auf der Seite ein, auf der Sie ihn angefordert haben:
mail-reset-minutes = Der Code gilt { $minutes ->
    [one] 1 Minute
   *[other] { $minutes } Minuten
    }. Geben Sie ihn nie weiter. Wir fragen Sie niemals danach.
mail-reset-not-you = Sie waren das nicht? Dann tun Sie nichts. Ihr Passwort bleibt, wie es ist.
mail-password-subject = Ihr Passwort bei { $brand } wurde geändert
mail-password-text = Das Passwort Ihres Kontos bei { $brand } wurde am { $when } geändert.
mail-phone-subject = Eine Telefonnummer wurde zu Ihrem Konto bei { $brand } hinzugefügt
mail-phone-text = Die Nummer { $number } wurde am { $when } zu Ihrem Konto bei { $brand } hinzugefügt. Die Codes für die Anmeldung gehen jetzt dorthin.
mail-notice-you = Waren Sie das? Dann ist nichts zu tun.
mail-notice-not-you = Sie waren das nicht? Schreiben Sie sofort an { $support }. Sie können auch selbst zu { $host } gehen und ein neues Passwort festlegen. Diese E-Mail enthält dafür mit Absicht keinen Link.
mail-asked-subject = Jemand bittet um eine neue Einladung zu { $brand }
mail-asked-text = Die Einladung für { $email } zu { $organisation } gilt zurzeit nicht. Wer sie geöffnet hat, bittet um eine, die gilt.
mail-asked-do = Wenn Sie die Adresse kennen und die Person Zugang haben soll, öffnen Sie Ihr Team und senden Sie die Einladung erneut oder übernehmen Sie sie. Wenn nicht, tun Sie nichts.
mail-asked-why = Sie bekommen diese E-Mail, weil Sie die Einladung gesendet haben oder sich um das Team kümmern.
mail-asked-button = Ihr Team öffnen
mail-closed-subject = Ein neues Konto bei { $brand } wurde geschlossen
mail-closed-text = Die Person hinter { $email } hat uns gesagt, dass jemand anders mit ihrer Einladung ein Konto bei { $brand } angelegt hat. Wir haben dieses Konto geschlossen und ihr die Einladung noch einmal gesendet.
mail-closed-do = Bitte prüfen Sie, ob die Adresse stimmt und nur diese Person die Einladung bekommt. Ihre Einladungen sehen Sie auf { $host } unter „Ihr Team“.
sms-login-code = { $brand }: { $code } ist Ihr Code. Er gilt { $minutes } Min. Geben Sie ihn nie weiter.
sms-phone-added = { $brand }: Dieses Handy bekommt jetzt Ihre Anmeldecodes. Sie waren das nicht? Schreiben Sie an { $support }
error-password-off = Zu viele falsche Versuche. Bitte legen Sie über „Passwort vergessen?“ ein neues Passwort fest.
create-account-have = Ich habe schon ein Konto
language-name = Deutsch
report-limit = Sie haben heute so viele Einladungen gesendet, wie an einem Tag möglich sind
form-post-title = Zurück zu Ihrer App
form-post-text = Sie sind angemeldet. Ihre App öffnet sich gleich.

## Mehrere Konten, und was Apps erfahren dürfen
select-title = Konto wählen
select-text = Sie sind mit mehr als einem Konto angemeldet.
select-text-client = Mit welchem Konto möchten Sie { $client } nutzen?
select-another = Anderes Konto verwenden
consent-title = Ihre Angaben mit { $client } teilen?
consent-text = Sie sind als { $person } ({ $email }) angemeldet.
consent-learns = { $client } erfährt:
consent-openid = dass Sie es sind, jedes Mal, wenn Sie sich dort anmelden
consent-profile = Ihren Namen und Ihre Sprache
consent-email = Ihre E-Mail-Adresse
consent-phone = Ihre Mobilnummer
consent-staff = Ihren Beruf, Ihre Organisation, Ihre Teams und Rollen
consent-offline = dasselbe auch in Ihrer Abwesenheit, bis Sie es zurücknehmen
consent-foreign = { $client } gehört nicht zu { $brand }. Die Adresse ist { $address }.
consent-change = Sie können das jederzeit unter „Ihre Apps“ zurücknehmen.
consent-allow = Zulassen
apps-title = Ihre Apps
apps-text = Diese Apps kennen Sie. Wenn Sie eine entfernen, wird sie sofort abgemeldet.
apps-asked = Sie haben erlaubt, dass sie erfährt:
apps-own = Eine eigene App von { $brand }. Sie muss Sie nicht fragen.
apps-none = Zurzeit kennt Sie keine App.
apps-remove = Zugriff entfernen
apps-back = Zurück
set-up-apps = Ihre Apps
status-app-removed = Der Zugriff wurde entfernt.

## Die Verwaltung
nav-home = Start
nav-organisations = Organisationen
admin-home-title = Verwaltung
admin-search-label = Suchen
admin-search-button = Suchen
admin-pages-label = Seiten dieser Liste
admin-pages-first = Erste Seite
admin-pages-next = Nächste Seite
admin-nothing-found = Nichts gefunden
admin-nothing-found-text = Versuchen Sie weniger Buchstaben oder eine andere Schreibweise.
name-label = Name
settings-title = Einstellungen
save-button = Speichern
allowed = Erlaubt
not-allowed = Nicht erlaubt
organisation-add = Organisation hinzufügen
organisation-add-button = Organisation hinzufügen
organisation-teams = Teams
organisation-people = Personen
organisation-peers = Behandelnde dürfen Kolleginnen und Kollegen in ihr eigenes Team einladen
organisation-peers-short = Kollegen laden ein
organisations-empty-title = Noch keine Organisationen
organisations-empty-text = Legen Sie die erste an; dann ihre Teams, und laden Sie Personen ein.
teams-empty = Noch keine Teams.
team-add = Neues Team
team-add-button = Team hinzufügen
status-organisation-added = Die Organisation ist angelegt. Jetzt fehlen ihre Teams.
status-team-added = Das Team ist angelegt.
status-changed = Gespeichert.
error-label = Geben Sie einen Namen mit 1 bis { $most } Zeichen ein.
error-name-taken = Diesen Namen gibt es schon. Wählen Sie einen anderen.
error-changed-meanwhile = Jemand anderes hat dies inzwischen geändert; darum wurde nichts gespeichert. Ihr Text ist noch da: Vergleichen Sie ihn mit der Überschrift und speichern Sie noch einmal.
consent-api-read = in der Verwaltung sehen, was Sie dort sehen dürfen
consent-api-act = in der Verwaltung für Sie handeln, so weit Sie es selbst dürfen
role-support = Hilfe
role-auditor = Prüfung

## Die Verwaltung: Betrieb
nav-messages = Nachrichten
nav-keys = Signaturschlüssel
nav-audit = Protokoll
nav-settings = Geltende Einstellungen
admin-state = Zustand
admin-every = Jeder Zustand
admin-filter-button = Filtern
key-alg = Verfahren
key-id = Kennung des Schlüssels
key-next = Veröffentlicht, signiert ab
key-active = Signiert seit
key-retiring = Veröffentlicht bis
keys-text = Schlüssel wechseln von selbst. Der nächste wird veröffentlicht, bevor er signiert; der alte bleibt, bis sein letztes Token abgelaufen ist.
keys-rotate-title = Signaturschlüssel wechseln
keys-rotate-button = Schlüssel wechseln
keys-every-alg = Jedes Verfahren
keys-how = Wie gewechselt wird
keys-planned = Wie geplant: den nächsten jetzt veröffentlichen und benutzen, sobald jede App ihn kennen kann
keys-now = Sofort: der nächste Schlüssel signiert jetzt
keys-revoke = Ein Schlüssel wurde gestohlen: mit einem neuen signieren und alle anderen entfernen
keys-now-text = Der nächste Schlüssel signiert sofort. Apps, die die Schlüssel vorhalten, lehnen seine Token bis zu fünf Minuten lang ab.
keys-revoke-text = Ein neuer Schlüssel signiert sofort, alle anderen werden entfernt. Ihre Token gelten nicht mehr: Personen melden sich neu an, Apps holen die Schlüssel neu.
status-keys-rotated = Die Schlüssel sind gewechselt.
message-kind = Nachricht
message-created = Eingereiht
message-acts = Handlungen
message-waiting = Wartet
message-late = Verspätet, wird wiederholt
message-sent = Zugestellt
message-dropped = Nicht mehr nötig
message-dead = Aufgegeben
message-attempts = { $attempts ->
    [one] Einmal versucht
   *[other] { $attempts } Mal versucht
    }
message-next = Nächster Versuch { $at }
message-try = Jetzt versuchen
message-dead-text = Was aufgegeben wurde, kann von hier nicht noch einmal gesendet werden: Der Inhalt ist zur Sicherheit gelöscht. Senden Sie stattdessen die Einladung oder den Link neu.
messages-empty-title = Noch keine Nachrichten
messages-empty-text = E-Mails, SMS und Aufrufe von Apps erscheinen hier, wenn sie gesendet werden.
status-message-tried = Es wird jetzt versucht.
previews-title = So sieht jede Nachricht aus
previews-text = Mit erfundenen Daten, in jeder Sprache.
preview-html = Die E-Mail ansehen
preview-sms = SMS
audit-export = Als Datei ausgeben
audit-act = Was geschah
audit-actor = Getan von
audit-target = Getan an
audit-client = Für die App
audit-at = Wann
audit-refused-only = Nur Abgelehntes
audit-refused = Abgelehnt: { $reason }
audit-detail = Einzelheiten
audit-unsealed = Noch nicht versiegelt
audit-follow = Mitlesen
audit-following = Sie lesen mit: Die Seite sieht alle fünf Sekunden nach.
audit-follow-stop = Mitlesen beenden
audit-empty-text = Keine Handlung passt zu diesem Filter.
settings-text = Das gilt gerade. Ändern Sie es dort, wo es geschrieben steht, und starten Sie neu.
settings-from-file = Die Datei ist { $file }.
settings-no-file = Es gibt keine Konfigurationsdatei.
settings-version = Version
settings-mode = Betriebsart
settings-production = Produktion
settings-development = Entwicklung
setting-key = Einstellung
setting-value = Wert
setting-source = Woher
setting-default = Vorgabe
setting-file = Konfigurationsdatei
setting-environment = Umgebung
attention-title = Was Aufmerksamkeit braucht
attention-none = Nichts braucht Aufmerksamkeit.
attention-late = { $count ->
    [one] Eine Nachricht ist verspätet und wird wiederholt
   *[other] { $count } Nachrichten sind verspätet und werden wiederholt
    }
attention-dead = { $count ->
    [one] Eine Nachricht wurde aufgegeben
   *[other] { $count } Nachrichten wurden aufgegeben
    }
parts-title = Wohin
## Anwendungen
nav-clients = Anwendungen
client-add = Anwendung hinzufügen
client-kinds-text = Was ist es? Jede Art beginnt mit sicheren Einstellungen, die Sie später ändern können.
client-kind = Art
client-kind-server = Server-Anwendung
client-kind-server-text = Läuft auf einem Server und kann ein Geheimnis bewahren: die meisten Web-Anwendungen.
client-kind-browser = Browser-Anwendung
client-kind-browser-text = Skript im Browser, ohne eigenen Server. Sie hat kein Geheimnis.
client-kind-native = Native Anwendung
client-kind-native-text = Auf Telefon, Tablet oder Computer. Sie hat kein Geheimnis.
client-kind-service = Dienst
client-kind-service-text = Handelt im eigenen Namen; niemand meldet sich dort an.
client-source = Gepflegt durch
client-source-config = die Konfiguration
client-source-command = einen Befehl
client-source-console = diese Verwaltung
client-source-dynamic = sich selbst (hat sich selbst registriert)
client-used = Letzte Anmeldung
client-never-used = nie
client-third-party-chip = Fremd
clients-empty-title = Noch keine Anwendungen
clients-empty-text = Legen Sie die erste an; dann kann man sich dort anmelden.
status-client-added = Die Anwendung ist angelegt.
status-client-removed = Die Anwendung wurde entfernt.
client-form-back = Zurück ohne Speichern
client-more = Weitere Einstellungen
client-make-button = Anwendung hinzufügen
client-prove = Beide Faktoren in einem neuen Tab nachweisen
error-prove-again = Noch ist nichts gespeichert: Es ist eine Weile her, dass Sie beide Faktoren nachgewiesen haben. Weisen Sie sie in einem neuen Tab nach und speichern Sie dann hier. Ihre Eingaben sind noch da.
error-client-id-taken = Diese Kennung gibt es schon. Wählen Sie eine andere.
error-client-number = Geben Sie eine ganze Zahl von Sekunden ein.
error-client-changed-meanwhile = Jemand anderes hat dies inzwischen geändert; darum wurde nichts gespeichert. Ihre Eingaben sind noch da: Vergleichen Sie sie mit der Seite der Anwendung und speichern Sie noch einmal.
client-id = Client-ID
client-id-hint = Buchstaben, Ziffern und Bindestriche. Wenn Sie nichts eingeben, entsteht sie aus dem Namen. Später lässt sie sich nicht ändern.
client-redirect-uris = Rücksprung-Adressen
client-redirect-uris-hint = Eine je Zeile, genau so, wie die Anwendung sie sendet.
client-origins = Herkunft ihrer Skripte
client-origins-hint = Schema, Host und Port, eine je Zeile. Eine Browser-Anwendung, die keine nennt, hat die ihrer Rücksprung-Adressen.
client-service-scopes = Eigene Scopes
client-words-hint = Mit einem Leerzeichen dazwischen.
client-resources = Ressourcen-Server
client-resources-hint = Adressen, für die sie Tokens verlangen darf, eine je Zeile.
client-third-party = Sie gehört jemand anderem: Man wird gefragt, bevor sie etwas erfährt
client-allow = Wer sie benutzen darf
client-allow-hint = Eine Angabe je Zeile, zum Beispiel organisation=Northshore,team=Cardiology,role=team_lead. Leer: alle.
client-colour = Farbe ihrer eigenen Dialoge
client-home-uri = Startseite
client-initiate-login-uri = Wo ihre Anmeldung beginnt
client-initiate-login-uri-hint = Damit kann man hier beginnen und landet in der Anwendung.
client-post-logout = Adressen nach dem Abmelden
client-backchannel = Wo sie erfährt, dass eine Sitzung endete
client-auth-method = Wie sie sich ausweist
client-jwks-uri = Woher ihre öffentlichen Schlüssel kommen
client-jwks = Ihre öffentlichen Schlüssel (JWK-Set)
client-pkce = Code-Challenge
client-grant-types = Grant-Typen
client-grant-types-hint = authorization_code, refresh_token, client_credentials
client-scopes = Scopes, nach denen sie fragen darf
client-access-tokens = Access-Tokens
client-access-seconds = Lebensdauer eines Access-Tokens in Sekunden
client-id-token-alg = Signatur der ID-Tokens
client-id-seconds = Lebensdauer eines ID-Tokens in Sekunden
client-claims-in-id-token = Angaben auch im ID-Token, für Bibliotheken, die nie nach User-Info fragen
client-refresh-with-session = Refresh-Token für die Dauer der Sitzung, ohne zu fragen
client-refresh-idle = Ein unbenutztes Refresh-Token endet nach, in Sekunden
client-refresh-absolute = Ein Refresh-Token endet spätestens nach, in Sekunden
client-introspects = Sie darf wie ein Ressourcen-Server fragen, was ein Token wert ist
client-edit = Einstellungen ändern
client-edit-title = Einstellungen der Anwendung
client-try = Anmeldung testen
client-configured = Sie steht in der Konfigurationsdatei, als [[client]] mit id = "{ $id }". Ändern Sie sie dort; es gilt ab dem nächsten Start.
client-may = Was sie darf
client-weak = Was schwach ist
client-settings = Alle Einstellungen
client-block-title = Für die Einstellungen der Anwendung
client-block-text = Kopieren Sie sie in die Anwendung. Einstellungen für verbreitete Bibliotheken stehen in docs/libraries.md.
client-secret-once = Das Geheimnis wird nur dieses eine Mal gezeigt. Kopieren Sie es jetzt; geht es verloren, erzeugen Sie ein neues.
client-secret-kept = Ich habe es kopiert
client-secret-title = Geheimnis
client-secret-keep = Wie lange gilt das alte noch?
client-secret-keep-none = Gar nicht: Es endet jetzt
client-secret-keep-hour = Eine Stunde
client-secret-keep-day = Einen Tag
client-secret-keep-week = Eine Woche
client-secret-button = Neues Geheimnis erzeugen
client-secret-old-over = Es gibt ein neues Geheimnis. Das alte gilt nicht mehr.
client-secret-old-until = Es gibt ein neues Geheimnis. Das alte gilt bis { $when }.
client-when = Wann
client-refusals = Warum sie zuletzt abgewiesen wurde
client-refusals-none = Nichts wurde abgewiesen.
client-refusal-why = Grund
client-refusal-where = Wo
client-logouts = Ob sie vom Ende von Sitzungen erfuhr
client-logouts-none = Es endete keine Sitzung, in der sie benutzt wurde.
client-logout-sent = Sie weiß es
client-logout-dropped = Nicht nötig
client-logout-failed = Nicht erreicht
client-logout-waiting = Wartet
client-logout-tries = { $count ->
    [one] { $count } Versuch
   *[other] { $count } Versuche
    }
client-remove-title = Diese Anwendung entfernen
client-remove-text = Niemand kann sich mehr bei { $name } anmelden, und ihre Tokens gelten sofort nicht mehr; signierte, bis sie ablaufen. Was ihr erlaubt wurde, ist vergessen. Das lässt sich nicht rückgängig machen.
client-remove-button = Anwendung entfernen
## Personen in der Verwaltung
nav-people = Personen
people-search-label = Name oder E-Mail beginnt mit
people-organisation-label = Organisation
people-col-person = Person
people-col-state = Zustand
people-col-places = Organisation und Rolle
people-empty-title = Noch niemand da
people-empty-text = Personen erscheinen hier, sobald sie aus einer Einladung ein Konto angelegt haben.
filter-any = Alle
person-unverified = E-Mail noch nicht bestätigt
person-blocked = Gesperrt
person-verified = Aktiv
person-disabled = Abgeschaltet
person-deadline = zu bestätigen { $until }
person-created = Konto angelegt
person-unblock = Neuen Link senden
person-enable = Wieder einschalten
person-disable = Abschalten
person-disable-title = Dieses Konto abschalten?
person-disable-text = { $name } wird sofort in jedem Browser und jeder App abgemeldet und kann sich erst wieder anmelden, wenn jemand das Konto einschaltet. Nichts wird gelöscht.
person-disable-button = Konto abschalten
person-places-none = Noch keine Organisation.
person-elsewhere = Diese Person arbeitet auch in Organisationen, um die Sie sich nicht kümmern.
person-take = Entfernen
person-take-title = Diese Rolle entfernen?
person-take-text = Die Person gehört dann nicht mehr zu { $name }. Apps, die nur für Personen dort sind, öffnen sich nicht mehr. Das Konto bleibt.
person-take-button = Rolle entfernen
person-give = Rolle geben oder ändern
person-give-hint = Wo die Person schon eine Rolle hat, wird sie ersetzt.
person-give-button = Rolle speichern
person-sessions = Angemeldet
person-sessions-none = Nirgends angemeldet.
person-browser-unknown = Unbekannter Browser
person-session-since = angemeldet { $since }
person-session-seen = zuletzt benutzt { $seen }
person-end = Abmelden
person-end-all = Überall abmelden
person-end-all-title = Überall abmelden?
person-end-all-text = { $name } wird in jedem Browser und jeder App abgemeldet und muss sich mit beiden Schritten neu anmelden.
person-end-all-button = Überall abmelden
person-told = Apps, die von der Abmeldung erfahren
person-told-preparing = Weitere Apps erfahren es gleich.
told-yes = Weiß es
told-nobody = Nicht mehr da
told-failed = Nicht erreicht
told-again = Wird wieder versucht
told-waiting = Erfährt es gerade
person-known = Anmeldung und Apps
person-factors = Zweiter Schritt
person-factors-none = Nicht eingerichtet
person-sms = SMS an
person-factor-since = eingerichtet { $since }
person-factor-waiting = wartet auf den ersten Code
person-agreed = Zugestimmt
person-terms = Nutzungsbedingungen
person-disclaimer = Hinweis von { $client }
person-version = Fassung { $number }
person-apps = Benutzte Apps
person-apps-none = Zurzeit keine
person-history = Verlauf
history-act = Was
history-actor = Von wem
history-when = Wann
history-refused = Abgelehnt
status-disabled = Das Konto ist abgeschaltet und überall abgemeldet. Die Apps erfahren es.
status-enabled = Das Konto ist wieder eingeschaltet. Die Person kann sich anmelden.
status-sessions-ended = Abgemeldet. Die Apps erfahren es.
status-place-given = Die Rolle ist gespeichert.
status-place-taken = Die Rolle wurde entfernt.
error-person-changed = Jemand anderes hat diese Person inzwischen geändert; darum ist nichts geschehen. Sehen Sie noch einmal hin und wiederholen Sie dann, was Sie wollten.
error-last-admin = Das ist die letzte Person mit der Rolle Admin. Geben Sie zuerst jemand anderem diese Rolle.
error-yourself = Das können Sie nicht mit sich selbst tun. Bitten Sie eine andere Person mit der Rolle Admin.

## The console: invites
invite-step-queued = Einladung wartet auf Versand
invite-step-closed = Konto geschlossen
invite-step-superseded = Durch eine neuere Einladung ersetzt

## The console: the board of invites
nav-invites = Einladungen
board-invite = Eine Person einladen
board-invite-button = Einladung senden
board-bulk = Viele auf einmal einladen
board-search-label = E-Mail oder Name enthält
board-every = Alles
board-inviter = Eingeladen von
board-inviter-none = Server oder Dienst
board-created = Eingeladen
board-message = Nachricht
board-state-open = Offen
board-state-accepted = Angenommen
board-state-expired = Abgelaufen
board-state-revoked = Zurückgezogen
board-state-superseded = Ersetzt
board-remind = Erinnerung senden
board-remind-hint = Eine Erinnerung nennt sich so und bringt einen neuen Link. Der Link davor funktioniert dann nicht mehr, denn niemand bewahrt ihn auf.
board-address-title = Adresse ändern
board-address-text = Die Einladung geht mit einem neuen Link an die neue Adresse. Der Link, der an die alte ging, funktioniert sofort nicht mehr.
board-address-label = Neue E-Mail-Adresse
board-address-button = Adresse ändern
board-hand-title = Übergeben
board-hand-text = Ab jetzt kümmert sich jemand anderes um diese Einladung: eine Person, die dorthin auch einladen darf. Der Link bleibt, wie er ist.
board-hand-label = E-Mail-Adresse der Person, die übernimmt
board-hand-button = Übergeben
list-label = Liste
list-hint = Eine Person pro Zeile: E-Mail, Vorname, Nachname, Team, Rolle. Nur die E-Mail ist nötig. Fügen Sie Zeilen einer Tabelle ein oder den Inhalt einer CSV-Datei; eine erste Zeile mit den Namen der Spalten darf da sein. Höchstens 5.000 Zeilen.
list-usual = Wo eine Zeile kein Team oder keine Rolle nennt, gilt:
list-judge-button = Liste prüfen
list-judge-hint = Noch wird niemand eingeladen. Sie sehen zuerst, was aus jeder Zeile würde.
list-recent = Letzte Listen
list-of = { $count ->
    [one] Liste mit einer Person
   *[other] Liste mit { $count } Personen
    }
list-state-judged = Geprüft, nicht gesendet
list-state-sending = Wird gesendet
list-state-done = Gesendet
list-send-title = Diese Einladungen senden?
list-send-text = { $count ->
    [one] Eine Person bekommt eine Einladung per E-Mail. Die anderen Zeilen bleiben weg.
   *[other] { $count } Personen bekommen eine Einladung per E-Mail. Die anderen Zeilen bleiben weg.
    }
list-send-button = { $count ->
    [one] Eine Einladung senden
   *[other] { $count } Einladungen senden
    }
list-progress = { $sent } Einladungen sind fertig, { $left } kommen noch.
list-reload = Ansehen, wie weit es ist
list-every = Jede Zeile
list-col-line = Zeile
list-col-verdict = Ergebnis
list-column = Spalte { $column }
list-team-usual = wie für die Liste gewählt
verdict-ok = Kann gesendet werden
verdict-sent = Einladung fertig
verdict-unreadable = Nicht lesbar
verdict-not-an-address = Keine E-Mail-Adresse
verdict-bad-name = Kein Name
verdict-unknown-team = Kein solches Team
verdict-unknown-role = Keine solche Rolle
verdict-duplicate = Steht zweimal in der Liste
verdict-domain = Domain wird nicht eingeladen
verdict-waits = Wartet auf Freigabe
verdict-not-allowed = Dorthin können Sie nicht einladen
verdict-already-there = Ist schon dort
verdict-already-invited = Hat eine offene Einladung
verdict-limit = Grenze des Tages erreicht
status-invited = Die Einladung ist unterwegs.
status-invite-reminded = Die Erinnerung ist unterwegs, mit einem neuen Link. Der Link davor funktioniert nicht mehr.
status-invite-readdressed = Die Einladung geht an die neue Adresse. Der alte Link funktioniert nicht mehr.
status-invite-handed = Die Einladung wurde übergeben.
status-list-sent = Die Einladungen werden gesendet. Laden Sie die Seite neu, um zu sehen, wie weit es ist.
error-invite-changed = Diese Einladung wurde inzwischen angenommen, zurückgezogen, ersetzt oder übergeben; darum ist nichts geschehen. Sehen Sie noch einmal hin.
error-no-inviter = Das ist niemand, der dorthin einladen darf.
error-list-long = Eine Liste hat höchstens { $max } Zeilen. Teilen Sie sie auf.
error-list-header = Die erste Zeile nennt die Spalten, aber Spalte { $column } gibt es nicht, oder sie ist doppelt.
error-list-incomplete = Noch ist nicht jede Zeile dieser Liste da. Warten Sie kurz, oder prüfen Sie die Liste noch einmal.
## Einladungen, die auf jemanden warten
invite-dead-gone-title = Diese Einladung führt nirgends hin
invite-dead-gone-text = Das Team, die Rolle oder die App, für die sie galt, gibt es nicht mehr. Es wurde nichts angelegt.
invite-dead-frozen-title = Diese Einladung wartet auf Bestätigung
invite-dead-frozen-text = Die Person, die Sie eingeladen hat, darf das zurzeit nicht. Jemand anderes muss die Einladung erst bestätigen; dann gilt derselbe Link.
invite-dead-frozen-who = Die Teamleitung von { $team } oder die Verwaltung von { $organisation } kann sie bestätigen.
invite-dead-frozen-button = Um Bestätigung bitten
invite-dead-frozen-asked = Wir haben denen Bescheid gesagt, die Ihre Einladung bestätigen können. Öffnen Sie diesen Link später noch einmal.
invite-step-frozen = Wartet auf Bestätigung
team-take-over = Übernehmen
status-invite-taken = Die Einladung ist jetzt Ihre und ihr Link gilt wieder.
invite-step-waiting = Wartet auf Freigabe
invite-step-declined = Nicht freigegeben
team-approve = Freigeben
team-decline = Ablehnen
status-invite-approved = Die Einladung wurde freigegeben und gesendet.
status-invite-declined = Die Einladung wurde abgelehnt. Wer sie wollte, sieht das.
status-invites-waiting = { $count ->
    [one] Eine Einladung wartet auf die Freigabe Ihrer Teamleitung. Gesendet wurde noch nichts.
   *[other] { $count } Einladungen warten auf die Freigabe Ihrer Teamleitung. Gesendet wurde noch nichts.
    }
report-waits = Wartet auf die Freigabe Ihrer Teamleitung.
report-domain = Ihre Organisation lädt keine Adressen dieser Domain ein.
organisation-peer-quota = Einladungen einer Fachkraft am Tag
organisation-zero-setting = 0 heißt: wie in den Einstellungen der Installation.
organisation-peer-approval = Die Teamleitung gibt frei, was Fachkräfte senden
organisation-domains = E-Mail-Domains, die eingeladen werden dürfen
organisation-domains-hint = Eine pro Zeile, zum Beispiel klinik.example. Leer heißt: jede Domain.
organisation-days = Tage, bis eine Einladung abläuft
organisation-default-role = Rolle, die zuerst angeboten wird
organisation-default-client = App für den Anfang, wo keine gewählt ist
organisation-default-none = Keine
organisation-as-set = Wie in den Einstellungen
organisation-any = Jede
organisation-needed = Ja
organisation-not-needed = Nein
error-peer-quota = Geben Sie eine ganze Zahl von 0 bis 100.000 an.
error-invite-days = Geben Sie eine ganze Zahl von 0 bis 60 an.
error-invite-domains = Eine davon ist keine Domain für E-Mail-Adressen. Schreiben Sie sie wie klinik.example, höchstens 100.
## Notices
notice-until = Sie können bis { $until } ohne weitermachen. Danach muss die Zustimmung vorliegen.
notice-later = Beim nächsten Mal fragen
notice-preview = Das ist eine Vorschau. Noch wird niemand gefragt.
nav-notices = Hinweise
notice-new = Hinweis schreiben
notice-write = Hinweis schreiben
notice-back = Zurück
notice-title = Titel
notice-text = Text
notice-name = Name in Adressen
notice-name-hint = Kleinbuchstaben, Ziffern und -, zum Beispiel radiologie-2027. Der Hinweis einer Anwendung hat den Namen der Anwendung.
notice-for = Für wen
notice-everybody = Alle
notice-for-organisation = Personen von { $name }
notice-for-client = Hinweis von { $name }
notice-in-force = In Kraft
notice-since = In Kraft seit { $at }
notice-draft = Entwurf
notice-draft-text = Zuletzt geändert am { $at }. Noch wird niemand gefragt.
notice-days = { $count ->
    [one] Nach der Veröffentlichung darf die Zustimmung einen Tag warten.
   *[other] Nach der Veröffentlichung darf die Zustimmung { $count } Tage warten.
}
notice-no-days = Nach der Veröffentlichung ist die Zustimmung sofort nötig.
notice-no-draft = Zurzeit wird nichts Neues geschrieben.
notice-previews = So werden es alle sehen (neuer Tab):
notice-edit = Entwurf ändern
notice-next = Nächste Fassung schreiben
notice-publish = Veröffentlichen
notice-publish-title = Diesen Hinweis veröffentlichen
notice-publish-text = { $count ->
    [one] Eine Person wird bei der nächsten Anmeldung oder beim nächsten Öffnen einer Anwendung um Zustimmung gebeten. Eine veröffentlichte Fassung ändert sich nie.
   *[other] { $count } Personen werden bei der nächsten Anmeldung oder beim nächsten Öffnen einer Anwendung um Zustimmung gebeten. Eine veröffentlichte Fassung ändert sich nie.
}
notice-publish-text-client = { $count ->
    [one] Eine Person hat einer früheren Fassung zugestimmt und wird beim nächsten Besuch der Anwendung wieder gefragt, ebenso alle, die sie zum ersten Mal öffnen. Eine veröffentlichte Fassung ändert sich nie.
   *[other] { $count } Personen haben einer früheren Fassung zugestimmt und werden beim nächsten Besuch der Anwendung wieder gefragt, ebenso alle, die sie zum ersten Mal öffnen. Eine veröffentlichte Fassung ändert sich nie.
}
notice-publish-button = Jetzt veröffentlichen
notice-discard = Entwurf verwerfen
notice-discard-title = Entwurf verwerfen
notice-discard-text = Was geschrieben wurde, ist dann weg. Was in Kraft ist, bleibt.
notice-discard-button = Verwerfen
notice-versions = Fassungen
notice-version = Fassung
notice-published = Veröffentlicht
notice-deadline = Zustimmung nötig
notice-at-once = Sofort
notice-configured = Dieser Text steht in der Konfiguration: { $place }. Ändern Sie ihn dort; nach einem geänderten Text wird ab dem nächsten Start wieder gefragt.
notice-configured-chip = Konfiguration
notice-markdown = Leerzeilen trennen Absätze. ## macht eine Überschrift, - einen Punkt einer Liste, *Wörter* hebt hervor, **Wörter** hebt stark hervor, [Wörter](https://…) ist ein Link.
notice-grace = Tage bis zur Pflicht
notice-grace-hint = Von 0 bis 90. Bis dahin wird gefragt, und man darf trotzdem weitermachen.
notice-save = Entwurf speichern
notice-changes = Was die Fassung davor sagte, ist durchgestrichen; Neues ist unterstrichen.
notice-added = Neu:
notice-removed = Weg:
notice-people = Zustimmungen
notice-counts = { $agreed } haben zugestimmt, { $missing } noch nicht.
notice-agreed = Zugestimmt
notice-missing = Noch nicht
notice-person = Person
notice-when = Zugestimmt am
notice-not-yet = Noch nicht
notice-export-csv = Belege als CSV
notice-export-jsonl = Belege als JSON-Zeilen
status-notice-saved = Der Entwurf ist gespeichert. Sehen Sie sich die Vorschau an, dann veröffentlichen Sie ihn.
status-notice-published = Veröffentlicht. Ab jetzt wird gefragt.
status-notice-discarded = Der Entwurf wurde verworfen.
error-notice-name = Nehmen Sie 1 bis 40 Kleinbuchstaben, Ziffern und -, zuerst einen Buchstaben.
error-notice-html = HTML geht hier nicht. Schreiben Sie ## für Überschriften und - für Listen.
error-notice-picture = Bilder gehen hier nicht.
error-notice-address = Ein Link muss mit https:// beginnen.
error-notice-form = Code, Zitate, Linien und Listen in Listen gehen hier nicht.
error-notice-grace = Geben Sie eine Zahl von Tagen von 0 bis { $most } an.
error-notice-lacks = Das kann noch nicht veröffentlicht werden. Titel oder Text fehlt in: { $languages }.
error-notice-same = Das sagt dasselbe wie die Fassung in Kraft, es würde also niemand etwas Neues gefragt.

## Acts of the trail
act-account-blocked = Konto gesperrt: Adresse nicht rechtzeitig bestätigt
act-account-closed-by-owner = Konto von der Person selbst geschlossen
act-account-created = Konto angelegt
act-account-disabled = Konto deaktiviert
act-account-enabled = Konto wieder aktiviert
act-account-unblocked = Konto entsperrt: neuer Link, neue Frist
act-audit-exported = Prüfpfad exportiert
act-audit-read = Prüfpfad gelesen
act-client-added = Anwendung hinzugefügt
act-client-changed = Anwendung geändert
act-client-read = Anwendung hat ihre Registrierung gelesen
act-client-registered = Anwendung hat sich selbst registriert
act-client-registration-token-added = Registrierungs-Token angelegt
act-client-registration-token-revoked = Registrierungs-Token widerrufen
act-client-removed = Anwendung entfernt
act-client-secret-rotated = Geheimnis einer Anwendung erneuert
act-client-told-of-logout = Anwendung über eine Abmeldung informiert
act-code-issued = Anmeldung an eine Anwendung übergeben
act-code-replayed = Anmeldung zweimal übergeben und darum beendet
act-code-sent = Code per SMS gesendet
act-consent-given = Anwendung durfte etwas erfahren
act-consent-withdrawn = Einwilligung für eine Anwendung zurückgenommen
act-email-link-sent = Link zur Bestätigung der Adresse gesendet
act-email-proved = Adresse bestätigt
act-grant-revoked = Zugriff einer Anwendung beendet
act-invitation-asked-again = Neuen Link für eine Einladung erbeten
act-invitation-address-changed = Adresse einer Einladung geändert
act-invitation-approved = Einladung freigegeben
act-invitation-asked-for = Einladung zur Freigabe vorgelegt
act-invitation-declined = Einladung abgelehnt
act-invitation-frozen = Einladung angehalten, bis jemand sie bestätigt
act-invitation-handed-over = Einladung übergeben
act-invitation-list-judged = Liste von Einzuladenden geprüft
act-invitation-list-sent = Liste von Personen eingeladen
act-invitation-reminded = An eine Einladung erinnert
act-invitation-taken-over = Einladung übernommen
act-invitation-created = Eingeladen
act-invitation-resent = Einladung erneut gesendet
act-invitation-revoked = Einladung zurückgezogen
act-key-brought-forward = Nächster Signaturschlüssel vorgezogen
act-key-created = Signaturschlüssel angelegt
act-key-removed = Signaturschlüssel entfernt
act-membership-added = Rolle vergeben
act-membership-changed = Rolle geändert
act-membership-removed = Rolle entzogen
act-message-tried-now = Nachricht sofort noch einmal versucht
act-notice-accepted = Hinweis zugestimmt
act-notice-draft-changed = Entwurf eines Hinweises geändert
act-notice-draft-discarded = Entwurf eines Hinweises verworfen
act-notice-drafted = Entwurf eines Hinweises begonnen
act-notice-published = Hinweis veröffentlicht
act-notice-receipts-exported = Belege eines Hinweises exportiert
act-organisation-added = Organisation hinzugefügt
act-organisation-changed = Organisation geändert
act-organisation-removed = Organisation entfernt
act-password-recovered = Neues Passwort nach dem Vergessen gesetzt
act-person-read = Seite der Person geöffnet
act-phone-entered = Mobilnummer eingegeben
act-phone-proved = Mobilnummer bestätigt
act-recovery-begun = Passwort vergessen: Link erbeten
act-refresh-replayed = Refresh-Token zweimal benutzt, Zugriff darum beendet
act-service-tokens-issued = Tokens an einen Dienst ausgegeben
act-session-begun = Angemeldet
act-session-ended = Abgemeldet
act-sessions-ended = Überall abgemeldet
act-sign-in-code = Code der SMS eingegeben
act-sign-in-password = Passwort eingegeben
act-team-added = Team hinzugefügt
act-team-removed = Team entfernt
act-token-issued = Token an eine Anwendung ausgegeben
act-token-refreshed = Token einer Anwendung erneuert
act-token-revoked = Token einer Anwendung widerrufen
