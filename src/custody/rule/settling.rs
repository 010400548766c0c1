//! Rules about overriding rules.

use super::{RULES, Rule};
use crate::custody::file::PersonFile;
use crate::event::Fact;
use crate::word::say;

/// Only a rule that knows a role which may lift it is lifted, and only by that role.
pub(super) static OVERRIDE_ALLOWED: Rule = Rule {
    id: "override-allowed",
    overridable: None,
    check: |event, cabinet| {
        let Fact::RuleOverridden(overridden) = &event.fact else { return Ok(None) };
        let Some(rule) = RULES.iter().find(|rule| rule.id == overridden.rule) else {
            return Ok(Some(say!("rule-override-unknown", rule = overridden.rule.as_str())));
        };
        let roles = cabinet.get::<PersonFile>(&event.by.person)?.unwrap_or_default().roles;
        let may = rule.overridable.is_some_and(|lift| roles.contains(&lift.by));
        Ok((!may).then(|| say!("rule-override-never", rule = overridden.rule.as_str())))
    },
};

/// A rule about one pupil is lifted for one pupil, not for whoever comes.
pub(super) static OVERRIDE_PUPIL: Rule = Rule {
    id: "override-pupil",
    overridable: None,
    check: |event, _cabinet| {
        let Fact::RuleOverridden(overridden) = &event.fact else { return Ok(None) };
        let lift = RULES.iter().find(|rule| rule.id == overridden.rule).and_then(|rule| rule.overridable);
        let nobody = lift.is_some_and(|lift| lift.names_pupil) && overridden.recipient.is_none();
        Ok(nobody.then(|| say!("rule-override-pupil", rule = overridden.rule.as_str())))
    },
};
