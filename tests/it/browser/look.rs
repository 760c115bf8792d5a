//! What every page must be at every width and in both colour schemes: readable without scrolling sideways, free of
//! what the accessibility checker finds, and within its own Content-Security-Policy.

use super::chrome::Chrome;
use super::demo::Message;
use crate::support::stores::service;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::LazyLock;

/// A desk, a phone, and the narrowest screen that WCAG 1.4.10 asks for; of the last there is no picture.
const PAGE: [u64; 3] = [1280, 375, 320];
/// The same for an e-mail, which is 600 wide at most.
const MAIL: [u64; 3] = [600, 375, 320];

static AXE: LazyLock<String> =
    LazyLock::new(|| std::fs::read_to_string(service("WARDGATE_TEST_AXE")).unwrap());

/// WCAG 2.2 AA, the size of targets included, and, for a page, everything else that axe advises. It would load style
/// sheets again to read them; they are there already.
const RUN_AXE: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const rules = { 'target-size': { enabled: true } };
    axe.run(document, { preload: false, rules, ...(arguments[0] ? { runOnly: tags } : {}) }).then(
        found => done(found.violations.map(it => it.id + ': ' + it.help + '\\n  '
            + it.nodes.map(node => node.html + '\\n  ' + node.failureSummary).join('\\n  '))),
        error => done([String(error)]));";

impl Chrome {
    /// Looks at the page from all sides and keeps the pictures under this name. Without scripts there is no axe, and
    /// but for a button or two the page is the same: one picture is enough.
    pub(super) async fn look(&self, name: &str) {
        self.look_at(name, PAGE).await;
        self.complaints().await;
    }

    /// Looks at an e-mail as a mail program shows it, once: it has no scripts. On the demo's own page for it nothing
    /// runs, not even axe.
    pub(super) async fn look_at_mail(&self, name: &str, message: &Message) {
        if !self.scripts {
            return;
        }
        self.go(&format!("data:text/html;charset=utf-8;base64,{}", STANDARD.encode(&message.html))).await;
        self.look_at(&format!("mail-{name}"), MAIL).await;
    }

    async fn look_at(&self, name: &str, [wide, narrow, narrowest]: [u64; 3]) {
        self.resize(narrowest).await;
        self.check_width(name, narrowest).await;
        self.resize(narrow).await;
        self.check_width(name, narrow).await;
        self.picture(&format!("{name}-{narrow}-light")).await;
        if self.scripts {
            self.execute(AXE.as_str(), Vec::new()).await.unwrap();
            let is_mail = wide == MAIL[0];
            // axe in each scheme and at each width once: a colour has no width.
            self.wear("dark").await;
            self.picture_on_demand(&format!("{name}-{narrow}-dark")).await;
            self.check_accessible(&format!("{name} on a phone, dark"), is_mail).await;
            self.resize(wide).await;
            self.picture_on_demand(&format!("{name}-{wide}-dark")).await;
            self.wear("light").await;
            self.picture(&format!("{name}-{wide}-light")).await;
            self.check_accessible(&format!("{name} on a desk, light"), is_mail).await;
        }
        self.resize(PAGE[0]).await;
    }

    /// Nothing on the page broke the policy it came with, and no script failed.
    pub(super) async fn complaints(&self) {
        for entry in self.browser_log().await.unwrap() {
            let broken = entry.message.contains("Content Security Policy")
                || entry.source.as_deref() == Some("javascript");
            assert!(!broken, "{}", entry.message);
        }
    }

    async fn resize(&self, width: u64) {
        let height = if width > 600 { 800 } else { 740 };
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )
        .await;
    }

    async fn wear(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    async fn size(&self) -> Value {
        self.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"].take()
    }

    async fn check_width(&self, name: &str, width: u64) {
        let content = self.size().await["width"].as_f64().unwrap();
        assert!(content.round() <= width as f64, "{name} is {content} wide on a screen of {width}");
    }

    /// A picture that only somebody who looks at pages wants: each costs as much as the checks of a page.
    async fn picture_on_demand(&self, name: &str) {
        if std::env::var_os("WARDGATE_TEST_PICTURES").is_some() {
            self.picture(name).await;
        }
    }

    async fn picture(&self, name: &str) {
        let size = self.size().await;
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let wishes =
            json!({ "format": "png", "captureBeyondViewport": true, "optimizeForSpeed": true, "clip": clip });
        let picture = self.devtools("Page.captureScreenshot", wishes).await;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }

    async fn check_accessible(&self, place: &str, is_mail: bool) {
        let found = self.execute_async(RUN_AXE, vec![json!(is_mail)]).await.unwrap();
        let found: Vec<String> = found.convert().unwrap();
        assert!(found.is_empty(), "{place}:\n{}", found.join("\n"));
    }

    async fn devtools(&self, command: &str, wishes: Value) -> Value {
        self.cdp().send_raw(command, wishes).await.unwrap()
    }
}
