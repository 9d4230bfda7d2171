//! Mandates, API keys and OAuth clients that end soon: administrators are told, once of each notice.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use mail::{Content, Ending};
use registry::{Application, EntryEndNotice, Moment, Role};
use seal::OrganisationId;

use super::{Error, Service, seconds};
use crate::{
    administration::{Administration, Snapshot},
    audit::{AccessBy, AccessRecord, AccessStep},
};

/// How often it is looked, in seconds.
const EVERY_S: i64 = 60;

/// Who is told: whoever answers for applications and mandates, for people, and for the organisation.
const TOLD: [Role; 3] =
    [Role::RightsAdministrator, Role::UserAdministrator, Role::OrganisationAdministrator];

/// When it was looked last, and what was told of that.
#[derive(Debug, Default)]
pub(super) struct EntryEnds(Mutex<Looked>);

#[derive(Debug, Default)]
struct Looked {
    at: Option<i64>,
    told: HashSet<(OrganisationId, String)>,
}

/// Something of which administrators are to be told.
struct Due<'a> {
    notice: EntryEndNotice,
    what: Ending,
    application: &'a str,
    /// Its name, and what it is called.
    id: &'a str,
    shown: String,
    end: i64,
}

impl EntryEnds {
    fn looked(&self) -> MutexGuard<'_, Looked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// Writes letters to administrators about entries of registers that end soon, and that were neither revoked nor
    /// replaced.
    ///
    /// # Errors
    /// [`Error`] when the store fails.
    pub(crate) async fn tell_of_entry_ends(&self) -> Result<(), Error> {
        let now = seconds(self.clock.now());
        let lately = |at: i64| (now - at).abs() < EVERY_S;
        if self.post.is_none() || self.entry_ends.looked().at.is_some_and(lately) {
            return Ok(());
        }
        let (mut still_due, mut outcome) = (HashSet::new(), Ok(()));
        for organisation in self.organisations.all() {
            let whose = organisation.organisation();
            // One that is not served, or cannot be read now, is told when it is.
            let Ok(Some(_)) = self.organisations.serving(whose) else { continue };
            let snapshot = organisation.snapshot();
            for due in due_of(&snapshot, now) {
                let told = (whose.clone(), due.subject());
                let before = self.entry_ends.looked().told.contains(&told);
                let now_told = match before {
                    true => Ok(true),
                    false => self.tell_of_entry(&organisation, &snapshot, &due).await,
                };
                // What fails for one keeps no other from being told.
                match now_told {
                    Ok(true) => drop(still_due.insert(told)),
                    Ok(false) => {}
                    Err(error) => outcome = Err(error),
                }
            }
        }
        *self.entry_ends.looked() = Looked { at: Some(now), told: still_due };
        outcome
    }

    /// Answers whether somebody was told, now or before.
    async fn tell_of_entry(
        &self,
        organisation: &Administration,
        snapshot: &Snapshot,
        due: &Due<'_>,
    ) -> Result<bool, Error> {
        let now = self.clock.now();
        let Some(writer) = self.writer(snapshot, seconds(now)) else { return Ok(false) };
        let content = Content::EntryEnds {
            entry: due.what,
            soon: due.notice == EntryEndNotice::Seven,
            organisation: writer.organisation(),
            application: due.application.to_owned(),
            name: due.shown.clone(),
            end: due.end,
        };
        let subject = due.subject();
        let letters = writer.to_administrators(&TOLD, &content, &subject)?;
        // Nobody's address is known.
        if letters.is_empty() {
            return Ok(false);
        }
        let tenant = organisation.tenant();
        if tenant.letters_about(content.kind(), &[subject]).await? > 0 {
            return Ok(true);
        }
        let noticed = AccessRecord {
            what: AccessStep::EndNoticed,
            by: AccessBy::Nobody,
            means: Some(due.what.name()),
            entry: Some(due.id),
            cause: None,
        };
        tenant.note_access_with(noticed, letters, now).await?;
        Ok(true)
    }
}

impl Due<'_> {
    /// By what its letters are told from those about others, and about the same with another end.
    fn subject(&self) -> String {
        let Self { what, id, end, notice, .. } = self;
        let days = match notice {
            EntryEndNotice::Thirty => 30,
            EntryEndNotice::Seven => 7,
        };
        format!("{}.{id}.{end}.{days}", what.name())
    }
}

/// What ends soon in an organisation.
fn due_of(snapshot: &Snapshot, now: i64) -> Vec<Due<'_>> {
    let register = snapshot.register();
    let applications = register.applications().values().map(|kept| &kept.value);
    let applications = applications.filter(|application| application.active);
    let mut due: Vec<_> = applications.flat_map(|one| due_of_application(one, now)).collect();
    for mandate in register.mandates().values().map(|kept| &kept.value) {
        let named = register.applications().get(&mandate.application);
        if named.is_some_and(|kept| !kept.value.active) {
            continue;
        }
        let application =
            named.map_or(mandate.application.as_str(), |kept| &kept.value.display_name);
        let (what, id) = (Ending::Mandate, &*mandate.id.0);
        due.extend(
            Ends { made: mandate.made, end: mandate.until, over: mandate.revoked.is_some() }
                .due(now)
                .map(|(notice, end)| Due {
                    notice,
                    what,
                    application,
                    id,
                    shown: id.to_owned(),
                    end,
                }),
        );
    }
    due
}

fn due_of_application(application: &Application, now: i64) -> Vec<Due<'_>> {
    let keys = application.keys.iter().filter_map(|key| {
        let over = key.revoked.is_some() || key.next.is_some();
        let (notice, end) = Ends { made: key.made, end: key.expires, over }.due(now)?;
        let shown = called(&key.display_name, &key.id.0);
        let (what, id) = (Ending::ApiKey, &*key.id.0);
        Some(Due { notice, what, application: &application.display_name, id, shown, end })
    });
    let clients = application.clients.iter().filter_map(|client| {
        let over = client.revoked.is_some();
        let (notice, end) = Ends { made: client.made, end: client.expires, over }.due(now)?;
        let shown = called(&client.display_name, &client.id.0);
        let (what, id) = (Ending::OauthClient, &*client.id.0);
        Some(Due { notice, what, application: &application.display_name, id, shown, end })
    });
    keys.chain(clients).collect()
}

/// What is known of the end of an entry.
struct Ends {
    made: Moment,
    end: Option<Moment>,
    /// Whether it was revoked, or another one has come in its place.
    over: bool,
}

impl Ends {
    fn due(self, now: i64) -> Option<(EntryEndNotice, i64)> {
        let end = seconds(SystemTime::from(self.end.filter(|_| !self.over)?));
        Some((EntryEndNotice::due(seconds(self.made.into()), end, now)?, end))
    }
}

fn called(display_name: &str, id: &str) -> String {
    format!("{display_name} ({id})")
}
