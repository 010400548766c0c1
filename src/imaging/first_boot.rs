//! What a machine is to be like at its first start: its name, its language, who may use it.
//!
//! Invariants: every value is of a shape that can be written into its file as it stands; where a key is not set, another
//! list decides; a pupil has no place in it.

use super::list_reader::{Reader, flag};
use super::manifest_error::{ManifestError, Wanted};
use toml::de::DeValue;

/// The list in the binary.
pub const FIRST_BOOT: &str = include_str!("../../images/first-boot.toml");
/// The page that greets whoever starts the machine first; `{tag}` stands for its tag.
pub const WELCOME: &str = include_str!("../../images/welcome.html");

const KEYS: &[&str] =
    &["hostname", "locale", "time_zone", "keyboard", "user", "password", "wifi", "wifi_password", "dns", "welcome"];

/// What to do with the user's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// As the image has it.
    Keep,
    /// None: whoever starts the machine is in.
    None,
    /// One that must be changed at the first use.
    OneTime,
}

/// Settings, each where it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstBoot {
    /// Whether the machine is called by its tag.
    pub hostname: Option<bool>,
    /// The language; empty: as the image has it.
    pub locale: Option<String>,
    /// The time zone; empty: as the image has it.
    pub time_zone: Option<String>,
    /// Whether Vietnamese is typed by Telex.
    pub telex: Option<bool>,
    /// The account; empty: the image's own.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Password>,
    /// Name of a wireless network; empty: none.
    pub wifi: Option<String>,
    /// Its password.
    pub wifi_password: Option<String>,
    /// Whether names are asked of servers that filter for families.
    pub family_dns: Option<bool>,
    /// Whether the page of welcome is put there.
    pub welcome: Option<bool>,
}

impl FirstBoot {
    /// The settings of a list. `file` is only what an error will call it.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, ManifestError> {
        Reader::over(file, text, Self::read)
    }

    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ManifestError> {
        reader.refuse_unknown(KEYS)?;
        Ok(Self {
            hostname: reader.may("hostname", Wanted::OneOf("tag, keep"), |value| word(value, "tag"))?,
            locale: reader.may("locale", Wanted::Locale, |value| plain(value, "._@-"))?,
            time_zone: reader.may("time_zone", Wanted::Zone, |value| plain(value, "/_+-"))?,
            telex: reader.may("keyboard", Wanted::OneOf("telex, keep"), |value| word(value, "telex"))?,
            user: reader.may("user", Wanted::User, user)?,
            password: reader.may("password", Wanted::OneOf("none, one-time, keep"), password)?,
            wifi: reader.may("wifi", Wanted::Line, line)?,
            wifi_password: reader.may("wifi_password", Wanted::Line, line)?,
            family_dns: reader.may("dns", Wanted::OneOf("family, keep"), |value| word(value, "family"))?,
            welcome: reader.may("welcome", Wanted::Flag, flag)?,
        })
    }

    /// These settings, and where one is not set, that of `base`.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        Self {
            hostname: self.hostname.or(base.hostname),
            locale: self.locale.or(base.locale),
            time_zone: self.time_zone.or(base.time_zone),
            telex: self.telex.or(base.telex),
            user: self.user.or(base.user),
            password: self.password.or(base.password),
            wifi: self.wifi.or(base.wifi),
            wifi_password: self.wifi_password.or(base.wifi_password),
            family_dns: self.family_dns.or(base.family_dns),
            welcome: self.welcome.or(base.welcome),
        }
    }

    /// The settings as key and value, each value as TOML writes it.
    pub(super) fn pairs(&self, quoted: fn(&str) -> String) -> Vec<(&'static str, String)> {
        let choice = |set: Option<bool>, yes: &str| set.map(|is| quoted(if is { yes } else { "keep" }));
        let text = |set: &Option<String>| set.as_deref().map(quoted);
        let password = self.password.map(|password| {
            quoted(match password {
                Password::Keep => "keep",
                Password::None => "none",
                Password::OneTime => "one-time",
            })
        });
        let pairs = [
            ("hostname", choice(self.hostname, "tag")),
            ("locale", text(&self.locale)),
            ("time_zone", text(&self.time_zone)),
            ("keyboard", choice(self.telex, "telex")),
            ("user", text(&self.user)),
            ("password", password),
            ("wifi", text(&self.wifi)),
            ("wifi_password", text(&self.wifi_password)),
            ("dns", choice(self.family_dns, "family")),
            ("welcome", self.welcome.map(|welcome| welcome.to_string())),
        ];
        pairs.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

fn word(value: &DeValue<'_>, yes: &str) -> Option<bool> {
    let word = value.as_str()?;
    (word == yes || word == "keep").then_some(word == yes)
}

fn plain(value: &DeValue<'_>, also: &str) -> Option<String> {
    let text = value.as_str()?;
    let good = |c: char| c.is_ascii_alphanumeric() || also.contains(c);
    (text.len() <= 64 && text.chars().all(good) && !text.starts_with('/')).then(|| text.to_owned())
}

fn user(value: &DeValue<'_>) -> Option<String> {
    let name = value.as_str()?;
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    let begins = name.is_empty() || name.starts_with(|c: char| c.is_ascii_lowercase());
    (begins && name.len() <= 31 && name.chars().all(good) && name != "root").then(|| name.to_owned())
}

fn line(value: &DeValue<'_>) -> Option<String> {
    let text = value.as_str()?;
    let good = text.trim() == text && !text.contains(|c: char| c.is_control()) && text.len() <= 64;
    good.then(|| text.to_owned())
}

fn password(value: &DeValue<'_>) -> Option<Password> {
    match value.as_str()? {
        "keep" => Some(Password::Keep),
        "none" => Some(Password::None),
        "one-time" => Some(Password::OneTime),
        _other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest_error::Problem;
    use super::*;

    #[test]
    fn the_shipped_list_sets_everything_and_another_wins_key_by_key() {
        let shipped = FirstBoot::from_toml("first-boot.toml", FIRST_BOOT).expect("good");
        assert_eq!((shipped.hostname, shipped.telex, shipped.welcome), (Some(true), Some(true), Some(true)));
        assert_eq!(shipped.pairs(str::to_owned).len(), KEYS.len(), "every key is said");
        let own =
            FirstBoot::from_toml("a", "user = \"hocsinh\"\npassword = \"none\"\nhostname = \"keep\"").expect("good");
        let both = own.over(shipped.clone());
        assert_eq!(
            (both.user.as_deref(), both.password, both.hostname),
            (Some("hocsinh"), Some(Password::None), Some(false))
        );
        assert_eq!((both.locale, both.time_zone), (shipped.locale, shipped.time_zone));
    }

    #[test]
    fn what_could_break_the_file_it_goes_to_is_refused_with_its_line() {
        for bad in [
            "user = \"root\"",
            "user = \"Hoa\"",
            "user = \"a:b\"",
            "user = \"Nguyễn\"",
            "locale = \"vi VN\"",
            "time_zone = \"/etc\"",
            "time_zone = \"a\\nb\"",
            "wifi = \"a\\nb\"",
            "wifi_password = \" x\"",
            "keyboard = \"vni\"",
            "password = \"123456\"",
            "dns = \"8.8.8.8\"",
            "hostname = \"may-1\"",
            "welcome = \"yes\"",
        ] {
            let error = FirstBoot::from_toml("a", &format!("\n{bad}")).expect_err(bad);
            assert!(error.line == 2 && matches!(error.problem, Problem::Wants(_)), "{bad}: {error}");
        }
        let pupil = FirstBoot::from_toml("a", "pupil = \"An\"").expect_err("no such key");
        assert_eq!(pupil.problem, Problem::UnknownKey);
    }
}
