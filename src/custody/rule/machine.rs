//! Rules about labels on the wrong machine: noticed when a machine is read, and exchanged for both or for neither.

use super::{Lift, Refusal, Rule};
use crate::custody::sign::{Recognised, called};
use crate::event::Fact;
use crate::event::intake::TagReplaced;
use crate::event::people::Role;
use crate::unit::DeviceId;
use crate::word::say;

/// What a machine tells of itself is recorded of the device whose tag it carries, and of no other. A lead may say that it is
/// this one after all: a board was replaced, or two machines bear one number.
pub(super) static OTHER_MACHINE: Rule = Rule {
    id: "other-machine",
    overridable: Some(Lift { by: Role::Lead, names_pupil: false }),
    check: |event, cabinet| {
        let (Fact::DeviceInspected(inspected), Some(about)) = (&event.fact, &event.device) else { return Ok(None) };
        if inspected.typed {
            return Ok(None);
        }
        let tag = called(&about.id, cabinet)?;
        Ok(match cabinet.recognise(&about.id, &inspected.facts)? {
            Recognised::This | Recognised::Unknown => None,
            Recognised::Other(other) => Some(say!("rule-other-machine", tag = tag, other = called(&other, cabinet)?)),
            Recognised::Stranger { here, known } => {
                Some(say!("rule-strange-machine", tag = tag, here = here, serial = known))
            }
        })
    },
};

/// Why those facts are not recorded in one step; none where they are.
#[must_use]
pub fn check_together(step: &[(Option<&DeviceId>, &Fact)]) -> Option<Refusal> {
    let swaps = || {
        step.iter().filter_map(|(device, fact)| match (device, fact) {
            (Some(device), Fact::TagReplaced(replaced)) => Some((*device, replaced)),
            _other => None,
        })
    };
    let answers = |(device, one): (&DeviceId, &TagReplaced), (other, back): (&DeviceId, &TagReplaced)| {
        let crossed = (&back.tag, &back.instead_of) == (&one.instead_of, &one.tag);
        crossed && one.swapped_with == *other && back.swapped_with == *device
    };
    let half = swaps().find(|one| !swaps().any(|back| answers(*one, back)));
    let reason = half.map(|(_device, one)| say!("rule-tag-half", tag = one.tag.as_str()))?;
    Some(Refusal { rule: super::intake::TAG_SWAPPED.id, reason, overridable: None })
}
