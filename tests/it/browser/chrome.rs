//! One Chromium window and what a person does in it: every act names what can be seen on the page.

use super::until;
use crate::support::stores::service;
use std::ops::Deref;
use thirtyfour::{
    By, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver, WebElement,
};

/// A browser: Chromium without the windows and menus around the page, which cost twice its time.
pub(super) struct Chrome {
    driver: WebDriver,
    /// Whether pages may run scripts.
    pub(super) scripts: bool,
}

impl Deref for Chrome {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}

impl Chrome {
    /// A fresh browser that has never been anywhere.
    pub(super) async fn open(scripts: bool) -> Self {
        let mut wishes = DesiredCapabilities::chrome();
        wishes.set_binary(&service("WARDGATE_TEST_BROWSER")).unwrap();
        for flag in [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
        ] {
            wishes.add_arg(flag).unwrap();
        }
        for flag in ["--disable-background-networking", "--disable-sync", "--lang=en-GB"] {
            wishes.add_arg(flag).unwrap();
        }
        if !scripts {
            wishes.add_arg("--blink-settings=scriptEnabled=false").unwrap();
        }
        wishes.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let driver = WebDriver::new(service("WARDGATE_TEST_CHROMEDRIVER"), wishes).await.unwrap();
        Self { driver, scripts }
    }

    /// Closes it.
    pub(super) async fn quit(self) {
        self.driver.quit().await.unwrap();
    }

    /// Opens an address.
    pub(super) async fn go(&self, address: &str) {
        self.goto(address).await.unwrap();
    }

    /// Waits for the page with this heading.
    pub(super) async fn arrive(&self, heading: &str) {
        let there = until(|| async { (self.words("h1").await? == heading).then_some(()) }).await;
        assert!(there.is_some(), "not on “{heading}”: {}", self.page().await);
    }

    /// Waits until the page says this somewhere.
    pub(super) async fn read(&self, words: &str) {
        let there = until(|| async { self.words("body").await?.contains(words).then_some(()) }).await;
        assert!(there.is_some(), "nothing says “{words}”: {}", self.page().await);
    }

    /// Types into the field with this name, over what is there.
    pub(super) async fn fill(&self, name: &str, text: &str) {
        let field = self.one(&format!("[name='{name}']:not([type=hidden])")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// What is typed in the field with this name.
    pub(super) async fn typed(&self, name: &str) -> String {
        self.one(&format!("[name='{name}']:not([type=hidden])"))
            .await
            .value()
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// Chooses from a list.
    pub(super) async fn choose(&self, name: &str, value: &str) {
        self.one(&format!("[name='{name}'] option[value='{value}']")).await.click().await.unwrap();
    }

    /// Ticks a box.
    pub(super) async fn tick(&self, name: &str) {
        let tick = self.one(&format!("[name='{name}'][type=checkbox]")).await;
        if !tick.is_selected().await.unwrap() {
            tick.click().await.unwrap();
        }
    }

    /// Presses the button or link that says exactly this, to eyes and screen readers together.
    pub(super) async fn press(&self, words: &str) {
        let acts = "self::button or self::a or self::summary";
        let act = self.one_by(By::XPath(format!("//*[{acts}][normalize-space()='{words}']"))).await;
        act.click().await.unwrap();
    }

    /// Where the link leads that says exactly this.
    pub(super) async fn href(&self, words: &str) -> String {
        let link = self.one_by(By::XPath(format!("//a[normalize-space()='{words}']"))).await;
        link.prop("href").await.unwrap().unwrap()
    }

    /// Presses the page's main act, whatever it is called.
    pub(super) async fn press_main(&self) {
        self.one("main .button").await.click().await.unwrap();
    }

    /// Forgets who this browser is, as another machine would not know.
    pub(super) async fn become_another(&self) {
        self.delete_all_cookies().await.unwrap();
    }

    /// What one element says.
    pub(super) async fn words(&self, css: &str) -> Option<String> {
        self.find(By::Css(css)).await.ok()?.text().await.ok()
    }

    async fn one(&self, css: &str) -> WebElement {
        self.one_by(By::Css(css)).await
    }

    async fn one_by(&self, what: By) -> WebElement {
        let found = until(|| async { self.find(what.clone()).await.ok() }).await;
        let Some(found) = found else { panic!("no {what:?}: {}", self.page().await) };
        found
    }

    async fn page(&self) -> String {
        let address = self.current_url().await.map(String::from).unwrap_or_default();
        format!("{address}\n{}", self.words("body").await.unwrap_or_default())
    }
}
