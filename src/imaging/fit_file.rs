//! Files that an image wants on one of its partitions: what boards read their name, network and user from at the first start.
//!
//! Invariants: the list of placeholders is closed and a pupil has none in it; an unknown one is refused when the list is read,
//! one without a value when it is to be filled, so that no half-filled file is ever put anywhere.

use super::first_boot::FirstBoot;
use super::list_reader::Reader;
use super::manifest_error::{ManifestError, Wanted};
use super::settings::{Wish, asked};
use toml::de::{DeInteger, DeValue};

const KEYS: &[&str] = &["partition", "path", "text"];
/// A longer path or text is no setting.
const MOST_PATH: usize = 200;
const MOST_TEXT: usize = 16 * 1024;

/// What can stand in a file in place of `{word}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// `{tag}`: the machine's tag as it is printed.
    Tag,
    /// `{hostname}`: the same in small letters.
    Hostname,
    /// `{locale}`.
    Locale,
    /// `{time_zone}`.
    TimeZone,
    /// `{user}`.
    User,
    /// `{password_hash}`: of the password for one use.
    PasswordHash,
    /// `{wifi}`.
    Wifi,
    /// `{wifi_password}`.
    WifiPassword,
}

impl Placeholder {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Tag,
        Self::Hostname,
        Self::Locale,
        Self::TimeZone,
        Self::User,
        Self::PasswordHash,
        Self::Wifi,
        Self::WifiPassword,
    ];

    /// The word between the braces.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Hostname => "hostname",
            Self::Locale => "locale",
            Self::TimeZone => "time_zone",
            Self::User => "user",
            Self::PasswordHash => "password_hash",
            Self::Wifi => "wifi",
            Self::WifiPassword => "wifi_password",
        }
    }

    fn value(self, wish: &Wish<'_>) -> Option<String> {
        let list: &FirstBoot = wish.first_boot;
        let set = |value: &Option<String>| asked(value.as_ref()).map(str::to_owned);
        match self {
            Self::Tag => Some(wish.tag.to_owned()),
            Self::Hostname => Some(wish.tag.to_lowercase()),
            Self::Locale => set(&list.locale),
            Self::TimeZone => set(&list.time_zone),
            Self::User => set(&list.user),
            Self::PasswordHash => wish.hash.map(str::to_owned),
            Self::Wifi => set(&list.wifi),
            Self::WifiPassword => set(&list.wifi_password),
        }
    }
}

/// A file that is put on a written disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FitFile {
    /// Where: the number of a partition, or the label of its file system.
    pub partition: String,
    /// The path in that file system.
    pub path: String,
    /// Its text as the list has it, placeholders and all.
    pub text: String,
}

/// A piece of a text.
enum Piece<'t> {
    Plain(&'t str),
    Filled(Placeholder),
}

/// The text in pieces; `{{` and `}}` stand for one brace. None where it has a placeholder that there is not.
fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        found.push(Piece::Plain(before));
        if from.starts_with("{{") || from.starts_with("}}") {
            found.push(Piece::Plain(&from[..1]));
            rest = &from[2..];
            continue;
        }
        let (word, behind) = from.strip_prefix('{')?.split_once('}')?;
        found.push(Piece::Filled(Placeholder::ALL.into_iter().find(|known| known.word() == word)?));
        rest = behind;
    }
    found.push(Piece::Plain(rest));
    Some(found)
}

impl FitFile {
    /// The files of a list with `[[file]]` tables. `file` is only what an error will call it.
    pub fn list_from_toml(file: &str, text: &str) -> Result<Vec<Self>, ManifestError> {
        Reader::over(file, text, Self::list)
    }

    pub(super) fn list(reader: &Reader<'_>) -> Result<Vec<Self>, ManifestError> {
        reader.refuse_unknown(&["file"])?;
        reader.rows("file", Self::read)
    }

    fn read(reader: &Reader<'_>) -> Result<Self, ManifestError> {
        reader.refuse_unknown(KEYS)?;
        Ok(Self {
            partition: reader.need("partition", Wanted::WhichPartition, partition)?,
            path: reader.need("path", Wanted::Path, path)?,
            text: reader.need("text", Wanted::Template, template)?,
        })
    }

    /// The keys and values, each value as TOML writes it.
    pub(super) fn pairs(&self, quoted: fn(&str) -> String) -> [(&'static str, String); 3] {
        [("partition", quoted(&self.partition)), ("path", quoted(&self.path)), ("text", quoted(&self.text))]
    }

    /// Whether that stands in its text.
    #[must_use]
    pub fn has(&self, placeholder: Placeholder) -> bool {
        let is_it = |piece: &Piece<'_>| matches!(piece, Piece::Filled(filled) if *filled == placeholder);
        pieces(&self.text).is_some_and(|pieces| pieces.iter().any(is_it))
    }

    /// Its text with every placeholder filled. Errors: the one that has no value.
    pub fn filled(&self, wish: &Wish<'_>) -> Result<String, Placeholder> {
        let mut text = String::new();
        for piece in pieces(&self.text).unwrap_or_default() {
            match piece {
                Piece::Plain(plain) => text.push_str(plain),
                Piece::Filled(placeholder) => text.push_str(&placeholder.value(wish).ok_or(placeholder)?),
            }
        }
        Ok(text)
    }
}

/// A number may be written as one.
fn partition(value: &DeValue<'_>) -> Option<String> {
    let number = value.as_integer().map(DeInteger::as_str);
    let text = number.or_else(|| value.as_str())?.to_owned();
    let good = (1..=16).contains(&text.len()) && text.trim() == text && !text.contains(|c: char| c.is_control());
    good.then_some(text)
}

/// What every file system and every program takes as it stands.
fn path(value: &DeValue<'_>) -> Option<String> {
    let text = value.as_str()?;
    let good = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    let mut parts = text.strip_prefix('/')?.split('/');
    let is_plain = parts.all(|part| !["", ".", ".."].contains(&part)) && text.chars().all(good);
    (text.len() <= MOST_PATH && is_plain).then(|| text.to_owned())
}

fn template(value: &DeValue<'_>) -> Option<String> {
    value.as_str().filter(|text| text.len() <= MOST_TEXT && pieces(text).is_some()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::manifest_error::Problem;
    use super::*;

    fn of(text: &str) -> FitFile {
        FitFile { partition: "1".to_owned(), path: "/a".to_owned(), text: text.to_owned() }
    }

    fn list(text: &str) -> FirstBoot {
        FirstBoot::from_toml("a", text).expect("good")
    }

    #[test]
    fn placeholders_are_filled_and_braces_written_twice_are_braces() {
        let first_boot = list("user = \"hocsinh\"\nlocale = \"vi_VN.UTF-8\"\nwifi = \"\"");
        let wish = Wish { first_boot: &first_boot, tag: "7K3XQ-92M4T-8", hash: Some("$6$a$b") };
        let file = of("name={hostname}\n{tag} {user}:{password_hash} {locale} {{x}}\n");
        let text = "name=7k3xq-92m4t-8\n7K3XQ-92M4T-8 hocsinh:$6$a$b vi_VN.UTF-8 {x}\n";
        assert_eq!(file.filled(&wish), Ok(text.to_owned()));
        assert!(file.has(Placeholder::PasswordHash) && !file.has(Placeholder::Wifi));
        for (missing, text) in [(Placeholder::Wifi, "{wifi}"), (Placeholder::TimeZone, "{time_zone}")] {
            assert_eq!(of(text).filled(&wish), Err(missing));
        }
        let none = Wish { hash: None, ..wish };
        assert_eq!(file.filled(&none), Err(Placeholder::PasswordHash));
    }

    /// There is no word for a pupil, and no other way for a name to come in: the words are these, and each is taken from the
    /// tag, from the station's list or from what this program made up.
    #[test]
    fn no_placeholder_names_a_pupil() {
        let words = Placeholder::ALL.map(Placeholder::word);
        assert_eq!(words, ["tag", "hostname", "locale", "time_zone", "user", "password_hash", "wifi", "wifi_password"]);
        for unknown in ["pupil", "name", "ten", "hoc_sinh", "full_name", "recipient", "", "TAG", " tag"] {
            let list = format!("[[file]]\npartition = 1\npath = \"/a\"\ntext = \"{{{unknown}}}\"");
            let error = FitFile::list_from_toml("a", &list).expect_err(unknown);
            assert_eq!((error.line, error.problem), (4, Problem::Wants(Wanted::Template)), "{unknown}");
        }
    }

    #[test]
    fn what_does_not_name_one_file_on_one_partition_is_refused_with_its_line() {
        let good = "[[file]]\npartition = \"BOOTFS\"\npath = \"/a/b.txt\"\ntext = \"x\"\n";
        let read = FitFile::list_from_toml("a", &format!("{good}{good}")).expect("good");
        assert_eq!((read.len(), read[0].path.as_str()), (2, "/a/b.txt"));
        for (old, new, line) in [
            ("\"BOOTFS\"", "\"\"", 2),
            ("\"BOOTFS\"", "true", 2),
            ("/a/b.txt", "a", 3),
            ("/a/b.txt", "/../a", 3),
            ("/a/b.txt", "/a//b", 3),
            ("/a/b.txt", "/a\\\"b", 3),
            ("/a/b.txt", "/", 3),
            ("\"x\"", "\"{tag\"", 4),
            ("\"x\"", "\"}\"", 4),
            ("text", "mode", 4),
        ] {
            let error = FitFile::list_from_toml("a", &good.replace(old, new)).expect_err(new);
            assert_eq!(error.line, line, "{new}: {error}");
        }
        assert!(FitFile::list_from_toml("a", "file = 3").is_err() && FitFile::list_from_toml("a", "x = 3").is_err());
    }
}
