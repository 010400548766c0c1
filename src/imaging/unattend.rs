//! The answer file with which a Windows starts for the first time on its machine.
//!
//! Source: Microsoft Learn, "Unattended Windows Setup Reference" (`Microsoft-Windows-Shell-Setup`,
//! `Microsoft-Windows-International-Core`). Invariant: a pupil has no place in it; what the settings do not ask for is left to
//! Windows.

use super::first_boot::{FirstBoot, Password};
use super::settings::{Setting, asked};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

/// Where Windows looks for it.
pub const UNATTEND: &str = "/Windows/Panther/unattend.xml";
/// A computer's name for the network is never longer. Source: Microsoft Learn, `ComputerName`.
const MOST_NAME: usize = 15;
const SCHEMA: &str = "urn:schemas-microsoft-com:unattend";
/// Who signed the components: Microsoft.
const TOKEN: &str = "31bf3856ad364e35";
const SHELL: &str = "Microsoft-Windows-Shell-Setup";
const INTERNATIONAL: &str = "Microsoft-Windows-International-Core";
/// Time zones under the names of Windows. Source: Unicode CLDR, `windowsZones.xml`.
const ZONES: [(&str, &str); 3] = [
    ("Asia/Ho_Chi_Minh", "SE Asia Standard Time"),
    ("Asia/Saigon", "SE Asia Standard Time"),
    ("Asia/Bangkok", "SE Asia Standard Time"),
];

/// What Windows is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unattend {
    /// The computer's name.
    pub name: Option<String>,
    /// The time zone, under the name of Windows.
    pub zone: Option<&'static str>,
    /// The language of dates, numbers and keys.
    pub locale: Option<String>,
}

impl Unattend {
    /// What of these settings Windows can be told.
    #[must_use]
    pub fn of(list: &FirstBoot, tag: &str) -> Self {
        let zone = |wanted: &String| ZONES.iter().find(|(zone, _)| zone == wanted).map(|(_, name)| *name);
        Self {
            name: list.hostname.filter(|is| *is).and_then(|_tag| computer_name(tag)),
            zone: list.time_zone.as_ref().and_then(zone),
            locale: list.locale.as_deref().and_then(windows_locale),
        }
    }

    /// The settings that it tells of.
    #[must_use]
    pub fn set(&self) -> Vec<Setting> {
        let told = [
            (Setting::Hostname, self.name.is_some()),
            (Setting::Locale, self.locale.is_some()),
            (Setting::TimeZone, self.zone.is_some()),
        ];
        told.into_iter().filter(|(_, is)| *is).map(|(setting, _)| setting).collect()
    }

    /// The settings of the list that Windows is not told of.
    #[must_use]
    pub fn left(&self, list: &FirstBoot) -> Vec<Setting> {
        let wanted = [
            (Setting::Hostname, list.hostname == Some(true)),
            (Setting::Locale, asked(list.locale.as_ref()).is_some()),
            (Setting::TimeZone, asked(list.time_zone.as_ref()).is_some()),
            (Setting::Keyboard, list.telex == Some(true)),
            (Setting::User, asked(list.user.as_ref()).is_some()),
            (Setting::Password, list.password.is_some_and(|password| password != Password::Keep)),
            (Setting::Wifi, asked(list.wifi.as_ref()).is_some()),
            (Setting::Dns, list.family_dns == Some(true)),
            (Setting::Welcome, list.welcome == Some(true)),
        ];
        let set = self.set();
        let left = wanted.into_iter().filter(|(setting, is)| *is && !set.contains(setting));
        left.map(|(setting, _)| setting).collect()
    }

    /// The file, for a Windows of that processor family. Errors: memory alone.
    pub fn to_xml(&self, arch: &str) -> io::Result<String> {
        let family = match arch {
            "aarch64" | "arm64" => "arm64",
            "i386" | "i686" | "x86" => "x86",
            _usual => "amd64",
        };
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        writer.create_element("unattend").with_attribute(("xmlns", SCHEMA)).write_inner_content(|writer| {
            let shell = [("ComputerName", self.name.as_deref()), ("TimeZone", self.zone)];
            pass(writer, "specialize", SHELL, family, &shell)?;
            let locale = self.locale.as_deref();
            let international = [("InputLocale", locale), ("SystemLocale", locale), ("UserLocale", locale)];
            pass(writer, "oobeSystem", INTERNATIONAL, family, &international)
        })?;
        String::from_utf8(writer.into_inner()).map_err(io::Error::other)
    }
}

fn pass(
    writer: &mut Writer<Vec<u8>>,
    pass: &str,
    component: &str,
    family: &str,
    told: &[(&str, Option<&str>)],
) -> io::Result<()> {
    if told.iter().all(|(_, value)| value.is_none()) {
        return Ok(());
    }
    let about = [
        ("name", component),
        ("processorArchitecture", family),
        ("publicKeyToken", TOKEN),
        ("language", "neutral"),
        ("versionScope", "nonSxS"),
    ];
    writer.create_element("settings").with_attribute(("pass", pass)).write_inner_content(|writer| {
        writer.create_element("component").with_attributes(about).write_inner_content(|writer| {
            for (name, value) in told.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
                writer.create_element(*name).write_text_content(BytesText::new(value))?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

/// The tag as far as a computer may be called so: letters, digits and dashes, not digits alone.
fn computer_name(tag: &str) -> Option<String> {
    let name: String = tag.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(MOST_NAME).collect();
    let name = name.trim_matches('-').to_ascii_uppercase();
    (!name.is_empty() && !name.bytes().all(|byte| byte.is_ascii_digit())).then_some(name)
}

/// `vi_VN.UTF-8` is `vi-VN`.
fn windows_locale(locale: &str) -> Option<String> {
    let name = locale.split(['.', '@']).next()?.replace('_', "-");
    let (language, country) = name.split_once('-')?;
    let is_short = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_short(language) && is_short(country)).then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::FIRST_BOOT;
    use quick_xml::Reader;

    fn list(toml: &str) -> FirstBoot {
        FirstBoot::from_toml("a.toml", toml).expect(toml)
    }

    /// Every element with text, as another reader of XML sees it.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only text in elements is looked for")]
    fn told(xml: &str) -> Vec<(String, String)> {
        let (mut reader, mut path, mut found) = (Reader::from_str(xml), String::new(), Vec::new());
        loop {
            match reader.read_event().expect("sound XML") {
                Event::Start(start) => path = String::from_utf8_lossy(start.name().as_ref().as_ref()).into_owned(),
                Event::Text(text) if !text.trim().is_empty() => found.push((path.clone(), text.to_string())),
                Event::Eof => return found,
                _other => {}
            }
        }
    }

    #[test]
    fn windows_is_told_the_tag_the_place_and_nobodys_name() {
        let settings = list(
            "hostname = \"tag\"\nlocale = \"vi_VN.UTF-8\"\ntime_zone = \"Asia/Ho_Chi_Minh\"\nuser = \"hocsinh\"\n",
        );
        let xml = Unattend::of(&settings, "7K3XQ-92M4T-Z").to_xml("x86_64").expect("memory");
        let told = told(&xml);
        let expected = [
            ("ComputerName", "7K3XQ-92M4T-Z"),
            ("TimeZone", "SE Asia Standard Time"),
            ("InputLocale", "vi-VN"),
            ("SystemLocale", "vi-VN"),
            ("UserLocale", "vi-VN"),
        ];
        assert_eq!(told, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert!(xml.contains("processorArchitecture=\"amd64\"") && !xml.contains("hocsinh"), "{xml}");
        assert_eq!(Unattend::of(&list(FIRST_BOOT), "7K3XQ-92M4T-Z").zone, Some("SE Asia Standard Time"));
    }

    #[test]
    fn what_windows_cannot_take_is_left_out() {
        assert_eq!(Unattend::of(&list("hostname = \"keep\"\n"), "7K3XQ"), Unattend::default());
        assert_eq!(computer_name("-abc-defghijklmnopq").as_deref(), Some("ABC-DEFGHIJKLM"));
        assert_eq!((computer_name("12345"), computer_name("--")), (None, None));
        assert_eq!((windows_locale("C.UTF-8"), windows_locale("vi_VN")), (None, Some("vi-VN".to_owned())));
        let settings = list(
            "hostname = \"tag\"\ntime_zone = \"Europe/Paris\"\nwelcome = true\nwifi = \"\"\npassword = \"keep\"\n",
        );
        let told = Unattend::of(&settings, "7K3XQ");
        assert_eq!(
            (told.set(), told.left(&settings)),
            (vec![Setting::Hostname], vec![Setting::TimeZone, Setting::Welcome])
        );
        let xml = Unattend::default().to_xml("aarch64").expect("memory");
        assert!(xml.contains("unattend") && !xml.contains("component"), "{xml}");
    }
}
