//! Rules about overriding rules, and about settling what two places recorded.

use super::{RULES, Rule};
use crate::custody::file::{DeviceFile, PersonFile};
use crate::event::Fact;
use crate::event::label::LabelFor;
use crate::event::settling::Settlement;
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

/// What two places recorded of a device is settled before its disks are written, it is called erased, or it is given away.
pub(super) static CONFLICT_FIRST: Rule = Rule {
    id: "conflict-first",
    overridable: None,
    check: |event, cabinet| {
        let is_erased = matches!(&event.fact, Fact::LabelPrinted(printed) if printed.label == LabelFor::Erased);
        let goes_on = is_erased
            || matches!(
                event.fact,
                Fact::DeviceAllocated(_)
                    | Fact::DeviceHandedOver(_)
                    | Fact::WipeStarted(_)
                    | Fact::ImageStarted(_)
                    | Fact::DiskDestroyed(_)
            );
        let Some(about) = event.device.as_ref().filter(|_| goes_on) else { return Ok(None) };
        let open = cabinet.get::<DeviceFile>(&about.id)?.is_some_and(|file| file.conflict.is_some());
        Ok(open.then(|| say!("rule-conflict-first")))
    },
};

/// What is settled was open, and names the other device where there is one. A device that is a pupil's takes the other one in,
/// not the other way round; two machines cannot go on with one tag, and the one that it does not lead to gives it up.
pub(super) static CONFLICT_KNOWN: Rule = Rule {
    id: "conflict-known",
    overridable: None,
    check: |event, cabinet| {
        let (Fact::ConflictSettled(settled), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        let is_open = |file: &DeviceFile, other: Option<&_>| {
            file.conflict.as_ref().is_some_and(|conflict| conflict.other.as_ref() == other)
        };
        let own = cabinet.get::<DeviceFile>(&about.id)?;
        let own_open = own.is_some_and(|file| is_open(&file, settled.other.as_ref()));
        let Some(other) = &settled.other else {
            return Ok((!own_open || settled.how == Settlement::OtherMachine).then(|| say!("rule-conflict-known")));
        };
        let second = cabinet.get::<DeviceFile>(other)?;
        let others_open = second.as_ref().is_some_and(|file| is_open(file, Some(&about.id)));
        if !own_open && !others_open {
            return Ok(Some(say!("rule-conflict-known")));
        }
        let is_given = second.is_some_and(|file| file.recipient.is_some() || file.withdrawn);
        if settled.how == Settlement::SameMachine && is_given {
            return Ok(Some(say!("rule-conflict-given")));
        }
        for tag in cabinet.shared_tags(&about.id, other)? {
            let gives_up = settled.how == Settlement::OtherMachine && cabinet.tagged(&tag)?.as_ref() != Some(&about.id);
            if settled.how != Settlement::SameMachine && !gives_up {
                return Ok(Some(say!("rule-conflict-tag", tag = tag)));
            }
        }
        Ok(None)
    },
};
