//! Reading lists of keys and values: each key wanted in its shape, and what is wrong said with file, line and key.

use super::manifest_error::{ManifestError, Problem, Wanted};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A list being read, or a table in it.
pub(super) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    table: &'a DeTable<'a>,
}

impl Reader<'_> {
    /// Reads a whole list.
    pub(super) fn over<T>(
        file: &str,
        text: &str,
        read: impl Fn(&Reader<'_>) -> Result<T, ManifestError>,
    ) -> Result<T, ManifestError> {
        let table = DeTable::parse(text).map_err(|error| ManifestError {
            file: file.to_owned(),
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            key: None,
            problem: Problem::Syntax(error.message().to_owned()),
        })?;
        read(&Reader { file, text, table: table.get_ref() })
    }

    /// Reads the table of that key; `false` stands for none.
    pub(super) fn below<T>(
        &self,
        key: &str,
        read: impl Fn(&Reader<'_>) -> Result<T, ManifestError>,
    ) -> Result<Option<T>, ManifestError> {
        match self.table.get(key).map(Spanned::get_ref) {
            None | Some(DeValue::Boolean(false)) => Ok(None),
            Some(DeValue::Table(table)) => read(&Reader { table, ..*self }).map(Some),
            Some(_other) => Err(self.error(key, Problem::Wants(Wanted::Settings))),
        }
    }

    /// Reads each table of that key's list; none where there is no such key.
    pub(super) fn rows<T>(
        &self,
        key: &str,
        read: impl Fn(&Reader<'_>) -> Result<T, ManifestError>,
    ) -> Result<Vec<T>, ManifestError> {
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        let wrong = || self.error(key, Problem::Wants(Wanted::Tables));
        let rows = value.get_ref().as_array().ok_or_else(wrong)?;
        let tables = rows.iter().map(|row| row.get_ref().as_table().ok_or_else(wrong));
        tables.map(|table| read(&Reader { table: table?, ..*self })).collect()
    }

    /// Whether that key says `false`.
    pub(super) fn is_false(&self, key: &str) -> bool {
        self.table.get(key).and_then(|value| value.get_ref().as_bool()) == Some(false)
    }

    /// Errors: a key that is none of these.
    pub(super) fn refuse_unknown(&self, keys: &[&str]) -> Result<(), ManifestError> {
        let unknown = self.table.keys().find(|key| !keys.contains(&key.get_ref().as_ref()));
        unknown.map_or(Ok(()), |key| Err(self.error(key.get_ref(), Problem::UnknownKey)))
    }

    /// What must be there. Errors: it is not, or is of another shape.
    pub(super) fn need<T>(
        &self,
        key: &str,
        wanted: Wanted,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Result<T, ManifestError> {
        self.may(key, wanted, read)?.ok_or_else(|| self.error(key, Problem::MissingKey))
    }

    /// What may be there. Errors: it is of another shape.
    pub(super) fn may<T>(
        &self,
        key: &str,
        wanted: Wanted,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Result<Option<T>, ManifestError> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        read(value.get_ref()).map(Some).ok_or_else(|| self.error(key, Problem::Wants(wanted)))
    }

    /// What is wrong with that key, and where it stands.
    pub(super) fn error(&self, key: &str, problem: Problem) -> ManifestError {
        let found: Option<(&Spanned<_>, _)> = self.table.get_key_value(key);
        let line = found.map_or(1, |(key, _)| line_of(self.text, key.span().start));
        ManifestError { file: self.file.to_owned(), line, key: Some(key.to_owned()), problem }
    }
}

/// `true` or `false`.
pub(super) fn flag(value: &DeValue<'_>) -> Option<bool> {
    if let DeValue::Boolean(is) = value { Some(*is) } else { None }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
