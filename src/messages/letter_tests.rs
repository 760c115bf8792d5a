//! Every message is rendered strictly, in every language, from its samples.

use super::{BrandView, Desk, Letter, Message, Rendered, To};
use crate::config::Config;
use crate::links::Links;
use crate::messages::memory::Mailbox;
use crate::themes::{Part, Themes};
use std::path::Path;
use std::sync::Arc;

fn desk(brand: &str, host: &str) -> Desk {
    let text = format!(
        "[server]\nissuer = \"https://{host}\"\n[brand]\nname = \"{brand}\"\nsupport_email = \"help@example.org\"\n\
         [mail]\ntransport = \"memory\"\nfrom = \"no-reply@example.org\"\n[sms]\ntransport = \"memory\"\n"
    );
    let config = Config::from_toml(&text).unwrap();
    let themes = Arc::new(Themes::load(Path::new("")).unwrap());
    let links = Links::new(&config.server.issuer).unwrap();
    let desk = Desk::new(&config, &themes, &links, &Mailbox::default()).unwrap();
    assert_eq!(desk.brand.name, BrandView::new(&config.brand).name);
    desk
}

fn render(desk: &Desk, language: &str, message: &Message, to: To) -> Rendered {
    desk.render(&Letter { to, language: language.to_owned(), message: message.clone() }).unwrap()
}

#[test]
fn every_message_renders_in_every_language_with_two_equal_parts_l9() {
    let desk = desk("Huma", "login.example.org");
    let languages: Vec<String> = desk.themes.languages().map(str::to_owned).collect();
    assert_eq!(languages, ["de", "en"]);
    for language in &languages {
        for message in Message::samples() {
            let name = message.name();
            if desk.themes.has_part(name, Part::Text) {
                let mail = render(&desk, language, &message, To::Email("ada@example.org".into()));
                assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'), "{language} {name}");
                assert!(mail.text.contains("help@example.org"), "{language} {name}");
                assert!(mail.html.contains("help@example.org"), "{language} {name}");
                assert!(
                    !mail.html.contains("<script") && !mail.html.contains("src=\"http"),
                    "{language} {name}"
                );
            }
            if desk.themes.has_part(name, Part::Sms) {
                let sms = render(&desk, language, &message, To::Phone("+447400100001".into()));
                assert!(sms.text.starts_with("Huma"), "{language} {name}: {}", sms.text);
            }
        }
    }
}

#[test]
fn the_last_line_of_a_code_binds_it_to_our_origin_and_the_text_fits_one_segment_a45_m1() {
    let desk = desk("Twenty letters long!", "login.a-rather-long-hospital-name.example");
    let code = Message::LoginCode { code: "048291".into(), minutes: 5 };
    for language in ["de", "en"] {
        let text = render(&desk, language, &code, To::Phone("+447400100001".into())).text;
        let (words, last) = text.rsplit_once('\n').unwrap();
        assert_eq!(last, "@login.a-rather-long-hospital-name.example #048291");
        assert!(words.ends_with('\n') || words.contains('\n'), "a blank line before it: {text}");
        let gsm = |c: char| c.is_ascii() && c != '`' || "äöüÄÖÜß".contains(c);
        assert!(text.chars().all(gsm) && text.chars().count() <= 160, "{language}: {text}");
        assert!(!text.contains("http"));
    }
}

#[test]
fn what_a_person_typed_is_inert_in_html_i13() {
    let desk = desk("Huma", "login.example.org");
    let message = Message::InviteAsked {
        email: "<img src=x onerror=alert(1)>".into(),
        organisation: "{{7*7}}".into(),
        team_link: "https://login.example.org/team".into(),
    };
    let mail = render(&desk, "en", &message, To::Email("lead@example.org".into()));
    assert!(!mail.html.contains("<img src=x") && mail.html.contains("&lt;img src"), "{}", mail.html);
    assert!(mail.html.contains("{{7*7}}") && !mail.html.contains("49<"));
}

#[test]
fn both_languages_have_the_same_keys_and_every_template_compiles() {
    let themes = Themes::load(Path::new("")).unwrap();
    themes.compile_all().unwrap();
    let sorted = |language: &str| {
        let mut keys = themes.keys(language);
        keys.sort();
        keys
    };
    assert_eq!(sorted("en"), sorted("de"));
    for file in themes.message_files() {
        let name = file.split('/').next().unwrap();
        assert!(Message::samples().iter().any(|sample| sample.name() == name), "{name} has no sample");
    }
}
