//! Certificate policies along a path (RFC 5280 section 6.1), for a verifier that accepts any
//! policy: what remains is whether one holds for the whole path where a certificate demands it.
//!
//! The tree of section 6.1.2 (a) has a node for each path of mappings, and so grows exponentially
//! with hostile certificates. Only the policies that its lowest nodes expect decide what comes
//! next; these are kept, as a set, which is never larger than what two certificates say.

use std::collections::BTreeSet;

use crate::{Certificate, Oid, asn1::identifiers};

/// Whether policies hold for the path, which begins with the end entity and ends with the anchor.
pub(super) fn hold(path: &[&Certificate]) -> bool {
    let below_anchor = path.len().saturating_sub(1);
    let mut state = State::new(below_anchor as u32);
    // From the certificate below the anchor down to the end entity.
    for (position, certificate) in path[..below_anchor].iter().enumerate().rev() {
        let is_end_entity = position == 0;
        state.take(certificate, is_end_entity);
        if state.explicit_policy == 0 && state.policies.is_none() {
            return false;
        }
        if is_end_entity {
            state.wrap_up(certificate);
        } else {
            state.prepare(certificate);
        }
    }
    state.explicit_policy > 0 || state.policies.is_some()
}

/// The lowest nodes of valid_policy_tree.
struct Policies<'a> {
    /// What the nodes expect.
    expected: BTreeSet<&'a [u8]>,
    /// There is a node of anyPolicy.
    any: bool,
}

struct State<'a> {
    /// `None` is the empty tree.
    policies: Option<Policies<'a>>,
    explicit_policy: u32,
    inhibit_any_policy: u32,
    policy_mapping: u32,
}

impl<'a> State<'a> {
    /// Section 6.1.2, with initial-policy-set any-policy and nothing inhibited.
    fn new(length: u32) -> Self {
        let never = length + 1;
        Self {
            policies: Some(Policies { expected: BTreeSet::new(), any: true }),
            explicit_policy: never,
            inhibit_any_policy: never,
            policy_mapping: never,
        }
    }

    /// Section 6.1.3 (d) and (e).
    fn take(&mut self, certificate: &'a Certificate, is_end_entity: bool) {
        let (Some(above), Some(stated)) = (self.policies.take(), certificate.stated_policies())
        else {
            return;
        };
        let is_any = |policy: &&'a Oid| policy.contents() == identifiers::ANY_POLICY;
        let mut expected: BTreeSet<_> = stated
            .iter()
            .filter(|policy| !is_any(policy))
            .map(Oid::contents)
            .filter(|policy| above.any || above.expected.contains(policy))
            .collect();
        let may_be_any =
            self.inhibit_any_policy > 0 || !is_end_entity && certificate.is_self_issued();
        let any = may_be_any && stated.iter().any(|policy| is_any(&policy));
        if any {
            expected.extend(above.expected);
        }
        let any = any && above.any;
        self.policies = (any || !expected.is_empty()).then_some(Policies { expected, any });
    }

    /// Section 6.1.4 (a), (b), (h), (i), (j).
    fn prepare(&mut self, certificate: &'a Certificate) {
        self.map(certificate);
        if !certificate.is_self_issued() {
            for counter in
                [&mut self.explicit_policy, &mut self.policy_mapping, &mut self.inhibit_any_policy]
            {
                *counter = counter.saturating_sub(1);
            }
        }
        let constraints = certificate.policy_constraints();
        for (counter, limit) in [
            (&mut self.explicit_policy, constraints.require_explicit_policy),
            (&mut self.policy_mapping, constraints.inhibit_policy_mapping),
            (&mut self.inhibit_any_policy, certificate.inhibit_any_policy()),
        ] {
            *counter = limit.map_or(*counter, |limit| limit.min(*counter));
        }
    }

    fn map(&mut self, certificate: &'a Certificate) {
        let mappings = certificate.policy_mappings();
        let from = |mapping: &'a crate::certificate::PolicyMapping| {
            (mapping.issuer_policy.contents(), mapping.subject_policy.contents())
        };
        // (a): anyPolicy is mapped neither from nor to.
        if mappings.iter().map(from).any(|(issuer, subject)| {
            issuer == identifiers::ANY_POLICY || subject == identifiers::ANY_POLICY
        }) {
            self.policies = None;
        }
        let Some(Policies { mut expected, any }) = self.policies.take() else { return };
        let mapped: Vec<_> = mappings
            .iter()
            .map(from)
            .filter(|(issuer, _)| any || expected.contains(issuer))
            .collect();
        for (issuer, _) in &mapped {
            expected.remove(issuer);
        }
        if self.policy_mapping > 0 {
            expected.extend(mapped.iter().map(|(_, subject)| *subject));
        }
        self.policies = (any || !expected.is_empty()).then_some(Policies { expected, any });
    }

    /// Section 6.1.5 (a) and (b).
    fn wrap_up(&mut self, certificate: &Certificate) {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        if certificate.policy_constraints().require_explicit_policy == Some(0) {
            self.explicit_policy = 0;
        }
    }
}
