//! What the settings of a first start come to in the files of a Linux system.
//!
//! Invariants: a file that holds more than one setting keeps everything else that stands in it, and its owner; what the image
//! has no program or data for is left, and said; nothing here knows of any pupil.

use super::accounts::accounts;
use super::first_boot::{FirstBoot, Password, WELCOME};
use crate::word::{Sentence, say};

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// A file of text.
    File {
        /// Its content.
        text: String,
        /// Its permissions.
        mode: u32,
        /// Its user and its group.
        owner: (u32, u32),
    },
    /// A symbolic link.
    Link {
        /// Where to.
        to: String,
    },
    /// A folder.
    Folder {
        /// Its permissions.
        mode: u32,
        /// Its user and its group.
        owner: (u32, u32),
    },
}

impl Inside {
    /// A file as a file system without permissions and owners keeps it.
    #[must_use]
    pub const fn plain(text: String) -> Self {
        Self::File { text, mode: 0o644, owner: (0, 0) }
    }

    /// A folder as such a file system keeps it.
    pub const PLAIN_FOLDER: Self = Self::Folder { mode: 0o755, owner: (0, 0) };

    /// Whether such a file system keeps it as it is.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        matches!(self, Self::File { mode: 0o644, owner: (0, 0), .. } | Self::Folder { mode: 0o755, owner: (0, 0) })
    }
}

/// What is to stand at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// From the root of the file system, beginning with `/`.
    pub path: String,
    /// What.
    pub what: Inside,
}

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The machine's name.
    Hostname,
    /// Its language.
    Locale,
    /// Its time zone.
    TimeZone,
    /// Telex.
    Keyboard,
    /// The account.
    User,
    /// Its password.
    Password,
    /// The wireless network.
    Wifi,
    /// The name servers.
    Dns,
    /// The page of welcome.
    Welcome,
}

impl Setting {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> Sentence {
        match self {
            Self::Hostname => say!("setting-hostname"),
            Self::Locale => say!("setting-locale"),
            Self::TimeZone => say!("setting-time-zone"),
            Self::Keyboard => say!("setting-keyboard"),
            Self::User => say!("setting-user"),
            Self::Password => say!("setting-password"),
            Self::Wifi => say!("setting-wifi"),
            Self::Dns => say!("setting-dns"),
            Self::Welcome => say!("setting-welcome"),
        }
    }
}

impl FirstBoot {
    /// Whether that is set in this list.
    #[must_use]
    pub const fn sets(&self, setting: Setting) -> bool {
        match setting {
            Setting::Hostname => self.hostname.is_some(),
            Setting::Locale => self.locale.is_some(),
            Setting::TimeZone => self.time_zone.is_some(),
            Setting::Keyboard => self.telex.is_some(),
            Setting::User => self.user.is_some(),
            Setting::Password => self.password.is_some(),
            Setting::Wifi => self.wifi.is_some(),
            Setting::Dns => self.family_dns.is_some(),
            Setting::Welcome => self.welcome.is_some(),
        }
    }
}

/// What is asked of a system.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The settings.
    pub first_boot: &'a FirstBoot,
    /// The machine's tag as it is printed.
    pub tag: &'a str,
    /// The hash of the password, where there is to be one.
    pub hash: Option<&'a str>,
}

/// What it comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Each setting with what it puts where.
    pub set: Vec<(Setting, Vec<Placed>)>,
    /// What was asked for and the image cannot do.
    pub left: Vec<Setting>,
}

/// A look into the system as it is.
pub trait Look<E> {
    /// Whether something stands at that path.
    fn is_there(&mut self, path: &str) -> Result<bool, E>;
    /// The file at that path.
    fn file(&mut self, path: &str) -> Result<Option<Inside>, E>;
}

const ZONES: &str = "/usr/share/zoneinfo/";
const PAGE: &str = "/usr/share/aoxanh/chao-mung.html";
const NETWORK: &str = "/etc/NetworkManager";
const KEYBOARD: &str = "XKBMODEL=\"pc105\"\nXKBLAYOUT=\"us\"\nXKBVARIANT=\"\"\nXKBOPTIONS=\"\"\nBACKSPACE=\"guess\"\n";
const PROFILE: &str = "[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=unikey\n\n\
    [Groups/0/Items/0]\nName=keyboard-us\nLayout=\n\n[Groups/0/Items/1]\nName=unikey\nLayout=\n\n[GroupOrder]\n0=Default\n";
const MENU: &str = "[Desktop Entry]\nType=Application\nName=Chào em\nName[en]=Welcome\nIcon=help-about\n\
    Exec=xdg-open /usr/share/aoxanh/chao-mung.html\nCategories=Education;\n";

/// What the wish comes to in the system that `look` sees. Errors: those of looking.
pub fn settings<E>(wish: Wish<'_>, look: &mut dyn Look<E>) -> Result<Settings, E> {
    let mut found = Settings::default();
    let list = wish.first_boot;
    let mut put = |setting, placed: Option<Vec<Placed>>| match placed {
        Some(placed) => found.set.push((setting, placed)),
        None => found.left.push(setting),
    };
    if list.hostname == Some(true) {
        put(Setting::Hostname, Some(hostname(&wish.tag.to_lowercase(), look)?));
    }
    if let Some(locale) = asked(list.locale.as_ref()) {
        let there = look.is_there("/usr/lib/locale/locale-archive")? || look.is_there(&compiled(locale))?;
        let text = format!("LANG={locale}\n");
        put(
            Setting::Locale,
            there.then(|| ["/etc/locale.conf", "/etc/default/locale"].map(|path| file(path, &text)).into()),
        );
    }
    if let Some(zone) = asked(list.time_zone.as_ref()) {
        let target = format!("{ZONES}{zone}");
        let link = Placed { path: "/etc/localtime".to_owned(), what: Inside::Link { to: target.clone() } };
        let there = look.is_there(&target)?;
        put(Setting::TimeZone, there.then(|| vec![link, file("/etc/timezone", &format!("{zone}\n"))]));
    }
    if list.telex == Some(true) {
        put(Setting::Keyboard, look.is_there("/usr/share/fcitx5/addon/unikey.conf")?.then(keyboard));
    }
    let accounts = accounts(wish, look)?;
    if asked(list.user.as_ref()).is_some() {
        put(Setting::User, accounts.clone().map(|accounts| accounts.user));
    }
    if list.password.is_some_and(|password| password != Password::Keep) {
        put(Setting::Password, accounts.map(|accounts| accounts.password));
    }
    let network = look.is_there(NETWORK)?;
    if let Some(name) = asked(list.wifi.as_ref()) {
        let placed = wifi(name, list.wifi_password.as_deref().unwrap_or_default());
        put(Setting::Wifi, network.then(|| vec![placed]));
    }
    if list.family_dns == Some(true) {
        // Source: Cloudflare, "1.1.1.1 for Families".
        let text = "[global-dns-domain-*]\nservers=1.1.1.3,1.0.0.3,2606:4700:4700::1113,2606:4700:4700::1003\n";
        put(Setting::Dns, network.then(|| vec![file(&format!("{NETWORK}/conf.d/90-aoxanh-dns.conf"), text)]));
    }
    if list.welcome == Some(true) {
        let page = file(PAGE, &WELCOME.replace("{tag}", wish.tag));
        put(Setting::Welcome, Some(vec![page, file("/usr/share/applications/aoxanh-chao-mung.desktop", MENU)]));
    }
    Ok(found)
}

pub(super) fn asked(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// Where `localedef` puts a language that is not in the archive.
fn compiled(locale: &str) -> String {
    format!("/usr/lib/locale/{}", locale.replace("UTF-8", "utf8"))
}

fn file(path: &str, text: &str) -> Placed {
    Placed { path: path.to_owned(), what: Inside::File { text: text.to_owned(), mode: 0o644, owner: (0, 0) } }
}

fn hostname<E>(name: &str, look: &mut dyn Look<E>) -> Result<Vec<Placed>, E> {
    let old = look.file("/etc/hosts")?;
    let text = if let Some(Inside::File { text, .. }) = old { text } else { "127.0.0.1\tlocalhost\n".to_owned() };
    let others = text.lines().filter(|line| line.split_whitespace().next() != Some("127.0.1.1"));
    let own = format!("127.0.1.1\t{name}\n");
    let hosts = others.chain([own.as_str()]).collect::<Vec<_>>().join("\n");
    Ok(vec![file("/etc/hostname", &format!("{name}\n")), file("/etc/hosts", &hosts)])
}

fn keyboard() -> Vec<Placed> {
    vec![
        file("/etc/default/keyboard", KEYBOARD),
        file("/etc/xdg/fcitx5/profile", PROFILE),
        file("/etc/xdg/fcitx5/conf/unikey.conf", "InputMethod=Telex\nOutputCharset=Unicode\n"),
        file("/etc/X11/xinit/xinputrc", "run_im fcitx5\n"),
    ]
}

fn wifi(name: &str, password: &str) -> Placed {
    // Source: nm-settings-keyfile(5); a backslash begins an escape, and a list is parted by semicolons.
    let name = name.replace('\\', "\\\\").replace(';', "\\;");
    let password = password.replace('\\', "\\\\");
    let secret = if password.is_empty() {
        String::new()
    } else {
        format!("\n[wifi-security]\nkey-mgmt=wpa-psk\npsk={password}\n")
    };
    let text = format!(
        "[connection]\nid=truong\ntype=wifi\n\n[wifi]\nmode=infrastructure\nssid={name}\n{secret}\n[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n"
    );
    let path = format!("{NETWORK}/system-connections/truong.nmconnection");
    // NetworkManager takes no connection that others could read.
    Placed { path, what: Inside::File { text, mode: 0o600, owner: (0, 0) } }
}

#[cfg(test)]
mod tests {
    use super::super::first_boot::FIRST_BOOT;
    use super::*;
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    struct System(BTreeMap<&'static str, &'static str>);

    impl Look<Infallible> for System {
        fn is_there(&mut self, path: &str) -> Result<bool, Infallible> {
            Ok(self.0.contains_key(path))
        }

        fn file(&mut self, path: &str) -> Result<Option<Inside>, Infallible> {
            let (mode, owner) = if path == "/etc/shadow" { (0o640, (0, 42)) } else { (0o644, (0, 0)) };
            Ok(self.0.get(path).map(|text| Inside::File { text: (*text).to_owned(), mode, owner }))
        }
    }

    fn system() -> System {
        System(BTreeMap::from([
            ("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\n"),
            ("/etc/shadow", "root:*:1:0:99999:7:::\n"),
            ("/etc/group", "root:x:0:\naudio:x:29:\nnetdev:x:101:daemon\n"),
            ("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 debian\n::1 ip6\n"),
            ("/usr/lib/locale/locale-archive", ""),
            ("/usr/share/zoneinfo/Asia/Ho_Chi_Minh", ""),
            ("/usr/share/fcitx5/addon/unikey.conf", ""),
            ("/etc/NetworkManager", ""),
            ("/etc/skel/.profile", "# hello\n"),
        ]))
    }

    fn of(own: &str, system: &mut System) -> Settings {
        let shipped = FirstBoot::from_toml("a", FIRST_BOOT).expect("good");
        let first_boot = FirstBoot::from_toml("b", own).expect(own).over(shipped);
        let wish = Wish { first_boot: &first_boot, tag: "7K3XQ-92M4T-8", hash: Some("$6$x$y") };
        let Ok(found) = settings(wish, system);
        found
    }

    fn text(found: &Settings, path: &str) -> (String, u32, (u32, u32)) {
        let mut all = found.set.iter().flat_map(|(_, placed)| placed);
        match all.find(|placed| placed.path == path).map(|placed| &placed.what) {
            Some(Inside::File { text, mode, owner }) => (text.clone(), *mode, *owner),
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn the_shipped_list_names_the_machine_by_its_tag_and_speaks_vietnamese() {
        let found = of("", &mut system());
        assert_eq!(text(&found, "/etc/hostname").0, "7k3xq-92m4t-8\n");
        assert_eq!(text(&found, "/etc/hosts").0, "127.0.0.1 localhost\n::1 ip6\n127.0.1.1\t7k3xq-92m4t-8\n");
        assert_eq!(text(&found, "/etc/default/locale").0, "LANG=vi_VN.UTF-8\n");
        assert!(text(&found, "/etc/xdg/fcitx5/conf/unikey.conf").0.starts_with("InputMethod=Telex\n"));
        let page = text(&found, PAGE).0;
        assert!(page.contains("<b>7K3XQ-92M4T-8</b>") && !page.contains("{tag}"));
        let set: Vec<_> = found.set.iter().map(|(setting, _)| *setting).collect();
        let all = [Setting::Hostname, Setting::Locale, Setting::TimeZone, Setting::Keyboard, Setting::Welcome];
        assert_eq!((set, found.left), (all.to_vec(), vec![]));
    }

    #[test]
    fn an_account_is_added_beside_the_others_with_the_password_asked_for() {
        let found = of("user = \"hocsinh\"\npassword = \"one-time\"", &mut system());
        let passwd = text(&found, "/etc/passwd").0;
        assert!(passwd.starts_with("root:x:0:0:root:/root:/bin/bash\ndaemon:"), "{passwd}");
        assert!(passwd.ends_with("\nhocsinh:x:1000:1000:,,,:/home/hocsinh:/bin/bash\n"), "{passwd}");
        let shadow = "root:*:1:0:99999:7:::\nhocsinh:$6$x$y:0:0:99999:7:::\n".to_owned();
        assert_eq!(text(&found, "/etc/shadow"), (shadow, 0o640, (0, 42)), "its owner stays");
        let group = "root:x:0:\naudio:x:29:hocsinh\nnetdev:x:101:daemon,hocsinh\nhocsinh:x:1000:\n";
        assert_eq!(text(&found, "/etc/group").0, group);
        assert_eq!(text(&found, "/home/hocsinh/.profile"), ("# hello\n".to_owned(), 0o644, (1000, 1000)));
        let none = of("user = \"daemon\"\npassword = \"none\"", &mut system());
        assert_eq!(text(&none, "/etc/passwd").0.lines().count(), 2, "who is there is not added again");
    }

    #[test]
    fn an_account_that_was_half_made_is_finished_as_if_nothing_had_happened() {
        let asked = "user = \"hocsinh\"\npassword = \"none\"";
        let whole = of(asked, &mut system());
        let user = whole.set.iter().find(|(setting, _)| *setting == Setting::User).map(|(_, placed)| placed.clone());
        let user = user.expect("asked for");
        assert_eq!(user.last().map(|placed| placed.path.as_str()), Some("/etc/passwd"), "it is put last");
        for stopped in 1..user.len() {
            let mut half = system();
            for placed in &user[..stopped] {
                if let Inside::File { text, .. } = &placed.what {
                    half.0.insert(placed.path.clone().leak(), text.clone().leak());
                }
            }
            assert_eq!(of(asked, &mut half), whole, "stopped after {}", user[stopped - 1].path);
        }
        let mut other = system();
        other.0.insert("/etc/group", "root:x:0:\nhocsinh:x:107:\naudio:x:29:ahocsinh\n");
        let found = of(asked, &mut other);
        assert!(text(&found, "/etc/passwd").0.ends_with("\nhocsinh:x:1000:107:,,,:/home/hocsinh:/bin/bash\n"));
        assert!(text(&found, "/etc/group").0.ends_with("audio:x:29:ahocsinh,hocsinh\n"), "no group is made twice");
    }

    #[test]
    fn what_the_image_has_no_means_for_is_left_and_said() {
        let asked =
            "user = \"hocsinh\"\npassword = \"none\"\nwifi = \"Trường\"\nwifi_password = \"a\\\\b\"\ndns = \"family\"";
        let found = of(asked, &mut System(BTreeMap::new()));
        let left = [
            Setting::Locale,
            Setting::TimeZone,
            Setting::Keyboard,
            Setting::User,
            Setting::Password,
            Setting::Wifi,
            Setting::Dns,
        ];
        assert_eq!(found.left, left);
        let found = of(asked, &mut system());
        let (wifi, mode, _) = text(&found, "/etc/NetworkManager/system-connections/truong.nmconnection");
        assert!(wifi.contains("\nssid=Trường\n") && wifi.contains("\npsk=a\\\\b\n") && mode == 0o600, "{wifi}");
        assert_eq!(found.left, []);
    }
}
