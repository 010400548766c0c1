//! HTML, made of parts that cannot forget to escape.
//!
//! Invariant: whatever was typed, scanned or recorded reaches a page through [`escaped`] only.

use super::answer::Reply;
use super::session::Session;
use crate::port::Failure;
use crate::word::{Sentence, Words, say};
use std::fmt::{self, Write as _};

/// A page being made.
pub(super) struct Page<'w> {
    words: &'w Words,
    body: String,
    /// What forms bring back.
    form: Option<String>,
    practice: bool,
}

/// The text as it stands in HTML, in quotes too.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _plain => safe.push(sign),
        }
    }
    safe
}

impl<'w> Page<'w> {
    pub(super) fn new(words: &'w Words, session: Option<&Session>, practice: bool) -> Self {
        Self { words, body: String::new(), form: session.map(|session| session.form.clone()), practice }
    }

    /// The language that this page is not in.
    pub(super) fn other_lang(&self) -> crate::word::Lang {
        self.words.lang().other()
    }

    fn put(&mut self, html: fmt::Arguments<'_>) {
        // Memory is never too full for it.
        let _written = self.body.write_fmt(html);
    }

    fn said(&self, sentence: &Sentence) -> String {
        escaped(&self.words.say(sentence))
    }

    /// The heading.
    pub(super) fn heading(&mut self, sentence: &Sentence) {
        let said = self.said(sentence);
        self.put(format_args!("<h1>{said}</h1>\n"));
    }

    /// A line of that class.
    pub(super) fn line(&mut self, class: &str, sentence: &Sentence) {
        let said = self.said(sentence);
        self.put(format_args!("<p class=\"{class}\">{said}</p>\n"));
    }

    /// What something is, and its value.
    pub(super) fn fact(&mut self, name: &Sentence, value: &Sentence) {
        let (name, value) = (self.said(name), self.said(value));
        self.put(format_args!("<p class=\"fact\"><span>{name}</span> <b>{value}</b></p>\n"));
    }

    /// A link of that class to a place of this page.
    pub(super) fn link(&mut self, class: &str, to: &str, sentence: &Sentence) {
        let (to, said) = (escaped(to), self.said(sentence));
        self.put(format_args!("<a class=\"{class}\" href=\"{to}\">{said}</a>\n"));
    }

    /// From here on the lower part, in reach of a thumb.
    pub(super) fn below(&mut self) {
        self.body.push_str("</div><div class=\"below\">\n");
    }

    /// A form that asks for a page.
    pub(super) fn ask(&mut self, to: &str, fill: impl FnOnce(&mut Self)) {
        self.put(format_args!("<form action=\"{}\">\n", escaped(to)));
        fill(self);
        self.body.push_str("</form>\n");
    }

    /// A form that does something.
    pub(super) fn form(&mut self, to: &str, fill: impl FnOnce(&mut Self)) {
        self.begin(to, "");
        fill(self);
        self.body.push_str("</form>\n");
    }

    /// A form with a photo, sent as soon as there is one where nothing else is to be filled in.
    pub(super) fn photo_form(&mut self, to: &str, at_once: bool, fill: impl FnOnce(&mut Self)) {
        let at_once = if at_once { " data-send=\"at-once\"" } else { "" };
        self.begin(to, &format!(" enctype=\"multipart/form-data\"{at_once}"));
        fill(self);
        self.body.push_str("</form>\n");
    }

    fn begin(&mut self, to: &str, more: &str) {
        self.put(format_args!("<form method=\"post\" action=\"{}\"{more}>\n", escaped(to)));
        if let Some(form) = self.form.clone() {
            self.hidden("form", &form);
        }
    }

    /// What a form brings along.
    pub(super) fn hidden(&mut self, name: &str, value: &str) {
        let value = escaped(value);
        self.put(format_args!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n"));
    }

    /// A photo, by the camera on the back.
    pub(super) fn photo(&mut self, label: &Sentence) {
        let label = self.said(label);
        self.put(format_args!(
            "<label class=\"camera\">{label}\n<input type=\"file\" name=\"photo\" accept=\"image/jpeg,image/png,image/*\" \
             capture=\"environment\"></label>\n"
        ));
    }

    /// A line to type.
    pub(super) fn typed(&mut self, name: &str, label: &Sentence, value: &str) {
        let (label, value) = (self.said(label), escaped(value));
        self.put(format_args!(
            "<label>{label}\n<input name=\"{name}\" value=\"{value}\" autocomplete=\"off\" \
             autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"200\" enterkeyhint=\"go\"></label>\n"
        ));
    }

    /// A few words to type.
    pub(super) fn words_typed(&mut self, name: &str, label: &Sentence, most: usize) {
        let label = self.said(label);
        self.put(format_args!(
            "<label>{label}\n<textarea name=\"{name}\" rows=\"2\" maxlength=\"{most}\"></textarea></label>\n"
        ));
    }

    /// One of these: value and what it is called; the first is chosen.
    pub(super) fn choice(&mut self, name: &str, label: &Sentence, values: &[(String, Sentence)]) {
        let said = self.said(label);
        self.put(format_args!("<fieldset><legend>{said}</legend>\n"));
        for (number, (value, called)) in values.iter().enumerate() {
            let (value, called) = (escaped(value), self.said(called));
            let checked = if number == 0 { " checked" } else { "" };
            self.put(format_args!(
                "<label class=\"one\"><input type=\"radio\" name=\"{name}\" value=\"{value}\"{checked}> {called}</label>\n"
            ));
        }
        self.body.push_str("</fieldset>\n");
    }

    /// The button that sends a form.
    pub(super) fn send(&mut self, sentence: &Sentence) {
        let said = self.said(sentence);
        self.put(format_args!("<button>{said}</button>\n"));
    }

    /// A button that sends a form with that value.
    pub(super) fn send_value(&mut self, name: &str, value: &str) {
        let value = escaped(value);
        self.put(format_args!("<button class=\"small\" name=\"{name}\" value=\"{value}\">{value}</button>\n"));
    }

    /// What failed, and what to do next.
    pub(super) fn failure(&mut self, failure: &Failure) {
        self.line("bad", &failure.what);
        if let Some(hint) = &failure.hint {
            self.line("hint", hint);
        }
    }

    /// The page, whole.
    pub(super) fn finish(self, status: u16, title: &Sentence) -> Reply {
        let title = self.said(title);
        let practice = if self.practice { "<p class=\"practice\">LUYỆN TẬP</p>\n" } else { "" };
        let (lang, busy) = (self.words.lang(), self.said(&say!("phone-sending")));
        let body = format!(
            "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <link rel=\"stylesheet\" href=\"/style.css\">\n<script src=\"/shrink.js\" defer></script>\n</head>\n<body>\n\
             {practice}<main>\n<div class=\"above\">\n{}</div>\n</main>\n<p class=\"busy\">{busy}</p>\n</body>\n</html>\n",
            self.body
        );
        Reply::new(status, body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::Lang;

    #[test]
    fn nothing_that_was_typed_becomes_part_of_the_page() {
        let words = Words::new(Lang::Vi, None).expect("embedded");
        let evil = "\"><script>alert('x')</script>&amp;";
        let mut page = Page::new(&words, None, true);
        let plain = say!("plain", text = evil);
        page.heading(&plain);
        page.line("bad", &plain);
        page.fact(&plain, &plain);
        page.link("big", evil, &plain);
        page.form(evil, |page| {
            page.hidden("a", evil);
            page.typed("b", &plain, evil);
            page.words_typed("c", &plain, 9);
            page.choice("d", &plain, &[(evil.to_owned(), plain.clone())]);
            page.send(&plain);
            page.send_value("e", evil);
            page.photo(&plain);
        });
        page.ask(evil, |_page| ());
        page.photo_form(evil, true, |_page| ());
        let html = page.finish(200, &plain).body;
        assert_eq!(html.matches("<script").count(), 1, "our own: {html}");
        assert!(!html.contains("alert('") && !html.contains("\"><script>") && html.contains("LUYỆN TẬP"), "{html}");
        assert_eq!(html.matches("alert(&#39;x&#39;)").count(), html.matches("alert(").count());
        assert!(html.matches("alert(").count() > 12, "{html}");
    }
}
