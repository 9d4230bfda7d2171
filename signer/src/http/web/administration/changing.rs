//! From a form to a change: it is tried, shown, and made when it was seen.

use std::sync::Arc;

use axum::{http::StatusCode, response::Response};
use registry::{Command, OrderRefusal, Permitted, RegistryRefusal};
use seal::CertificateProfile;

use super::{
    filled::Filled,
    office::{Office, Sheet, Turned},
};
use crate::{
    Error,
    administration::{ChangeError, Changed},
    web::{Block, Form, Link, Tint},
};

/// A page with a form, before it is filled in.
pub(super) struct Asking {
    pub(super) sheet: Sheet,
    pub(super) form: Form,
    /// Whether whoever has it done must have logged in of late.
    pub(super) gives_power: bool,
    /// What it would change, where no field says so.
    pub(super) changes: Vec<(String, Option<String>, String)>,
}

/// Why a form is not taken: at which field, and what would be right.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) field: &'static str,
    pub(super) text: String,
}

/// A form's command; or what is wrong with it.
pub(super) type Wanted = Result<Command, Wrong>;

impl Office {
    /// The page with the form.
    pub(super) fn asks(&self, asking: Asking) -> Response {
        self.asked(StatusCode::OK, asking)
    }

    fn asked(&self, status: StatusCode, asking: Asking) -> Response {
        let Asking { mut sheet, mut form, gives_power, changes } = asking;
        if gives_power && !self.is_fresh() {
            let text = self.a.log_in_anew_lead.to_owned();
            sheet.blocks.push(Block::Text(text, Tint::Problem));
            let anew = Link::new("/administration/login", self.a.log_in_anew);
            sheet.blocks.push(Block::Links(vec![anew]));
            form.waits = true;
        }
        if !changes.is_empty() {
            sheet.blocks.push(Block::Changes(changes, true));
        }
        if form.fields.is_empty() {
            // There is nothing to fill in: what is shown is all.
            form = form.hiding("confirmed", "yes");
        }
        sheet.blocks.push(Block::Form(Box::new(form)));
        self.page(status, sheet)
    }

    /// Whether whoever asks logged in of late.
    pub(super) fn is_fresh(&self) -> bool {
        self.session.authenticated().is_fresh(self.state.service.clock().now())
    }

    /// What a form asks for, and the form as it was filled in; or the page that comes first: what is wrong, or
    /// the form once more.
    pub(super) fn first<T>(
        &self,
        asking: Asking,
        filled: &Filled,
        wanted: Result<T, Wrong>,
    ) -> Result<(Asking, T), Turned> {
        let mut asking = Asking { form: held(asking.form, filled), ..asking };
        match wanted {
            Ok(wanted) if !filled.is_again() => Ok((asking, wanted)),
            Ok(_) => Err(self.asks(asking).into()),
            Err(Wrong { field, text }) => {
                wrong(&mut asking.form, field, text);
                let status = match filled.is_again() {
                    true => StatusCode::OK,
                    false => StatusCode::UNPROCESSABLE_ENTITY,
                };
                Err(self.asked(status, asking).into())
            }
        }
    }

    /// Has done what a form asks for; or answers with the page that comes first: why not, or what would
    /// change.
    pub(super) async fn decide(
        &self,
        asking: Asking,
        filled: &Filled,
        wanted: Wanted,
    ) -> Result<Changed, Turned> {
        let (asking, command) = self.first(asking, filled, wanted)?;
        let act = command.needs();
        let permitted = self.must(act)?;
        let service = &self.state.service;
        let judged = match &command {
            Command::MakeProfile(profile) | Command::ChangeProfile { profile, .. } => {
                self.judged(profile)
            }
            _ => Ok(()),
        };
        if filled.is_confirmed() {
            // Nobody has to have seen the page before.
            let changed = match judged {
                Ok(()) => service.administer(self.session.authenticated(), act, command).await,
                Err(error) => Err(error),
            };
            return changed.map_err(|error| self.not_taken(asking, &error).into());
        }
        match judged.and_then(|()| self.tried(&permitted, command)) {
            Ok(()) => Err(self.confirms(asking, filled).into()),
            Err(error) => Err(self.not_taken(asking, &error).into()),
        }
    }

    /// Whether a command would be taken, by the register as it is shown.
    ///
    /// # Errors
    /// [`Error`], why not.
    pub(super) fn tried(&self, permitted: &Permitted, command: Command) -> Result<(), Error> {
        let now = self.state.service.clock().now();
        self.session.authenticated().is_fresh_for(&command, now)?;
        let now = registry::Moment::try_from(now).map_err(|_| Error::Interrupted)?;
        let decided = self.snapshot.register().decide(permitted, command, now);
        decided.map(|_| ()).map_err(|refusal| ChangeError::from(refusal).into())
    }

    fn judged(&self, profile: &CertificateProfile) -> Result<(), Error> {
        crate::http::administration::judge(&self.snapshot, profile)
    }

    /// The page that shows what would change.
    pub(super) fn confirms(&self, asking: Asking, filled: &Filled) -> Response {
        let Asking { mut sheet, form, changes, .. } = asking;
        let changes = if changes.is_empty() { form.changes(self.a) } else { changes };
        let lead = if changes.is_empty() { self.a.changes_nothing } else { self.a.confirm_lead };
        let mut confirm = Form::new(form.action, self.session.csrf(), self.a.confirm);
        confirm.hidden = form.hidden;
        for field in &form.fields {
            for value in filled.all(field.name) {
                confirm.hidden.push((field.name.to_owned(), value));
            }
        }
        confirm = confirm.hiding("confirmed", "yes");
        confirm.again = true;
        sheet.lead = lead;
        // What it would look like stays.
        sheet.blocks.retain(|block| matches!(block, Block::Picture(..)));
        if !changes.is_empty() {
            let compares = changes.iter().any(|(_, before, _)| before.is_some());
            sheet.blocks.push(Block::Changes(changes, compares));
        }
        sheet.blocks.push(Block::Form(Box::new(confirm)));
        self.shown(sheet)
    }

    /// The form once more, with why it was not taken.
    pub(super) fn not_taken(&self, mut asking: Asking, error: &Error) -> Response {
        let (status, text) = self.said(error);
        let field = match error {
            Error::Registry(RegistryRefusal::Invalid { field, .. }) => field,
            Error::Order(OrderRefusal::Holder(_)) => "holder",
            _ => "",
        };
        wrong(&mut asking.form, field, text);
        self.asked(status, asking)
    }

    /// Where whoever asks is sent when something was done (RFC 9110 section 15.4.4).
    pub(super) fn sees(&self, address: &str) -> Response {
        crate::http::web::answer::see_at(address, None)
    }

    /// The caller's organisation, for what is not decided by a command.
    pub(super) fn organisation(&self) -> &Arc<crate::administration::Administration> {
        &self.session.organisation
    }
}

/// The form with what was filled in.
fn held(mut form: Form, filled: &Filled) -> Form {
    for field in &mut form.fields {
        field.values = filled.all(field.name);
    }
    form
}

/// Says at the field what is wrong; or above all of them.
fn wrong(form: &mut Form, name: &str, text: String) {
    match form.fields.iter_mut().find(|field| field.name == name) {
        Some(field) => field.error = Some(text),
        None => form.problem = Some(text),
    }
}
