//! What belongs to one organisation: its acts, its receipts, its register. The handle names the
//! organisation, so that nobody can ask it for another one's rows.

use std::{collections::HashMap, sync::Arc, time::SystemTime};

use async_recursion::async_recursion as boxed;
use audit::{
    Abandonment, AccessRecord, AskedCredential, AuditPosition, CertificateRow, DeclineRecord, Done,
    Draft, Intent, KeyedRequest, OpenAct, OpenCredential, Owner, RegistryChange,
};
use registry::Version;
use seal::{Caller, OrganisationId};

use super::{
    ActCount, AuditError, Database, FoundReceipt, KeptRegister, Log, Receipt, ReceiptId, Search,
    SearchPage, Statistics, Store, api_key_use::ApiKeyUse, location::Location, postgres, sqlite,
};

/// The store as one organisation has it. Clones share one writer.
#[derive(Clone, Debug)]
pub struct Tenant {
    store: Store,
    owner: Arc<Owner>,
}

impl Tenant {
    pub(super) fn new(store: Store, owner: Owner) -> Self {
        Self { store, owner: Arc::new(owner) }
    }

    /// Whose it is.
    pub fn organisation(&self) -> &OrganisationId {
        &self.owner.organisation
    }

    /// Records that an act is about to be done, and spends the person's token in the same
    /// transaction. Where [`Store::sign_here`] was said, a file takes it at once, whatever becomes of this
    /// process, but has it on disk with the record of what came of it.
    ///
    /// # Errors
    /// [`AuditError::TokenReplayed`] when the token signed this document before: the intent is
    /// then not in the log, but a refusal is. Any other error: nothing is, and the act must not
    /// go on.
    pub async fn intend(&self, intent: Intent<'_>, now: SystemTime) -> Result<OpenAct, AuditError> {
        let (mut draft, requester) = intent.prepare(now)?.into_parts();
        draft.may_follow = self.store.signs_here.get().is_some();
        match self.append(draft).await {
            Ok(position) => Ok(intent.open(requester, position)),
            Err(AuditError::TokenReplayed) => {
                self.refuse(intent, &["token-replayed"], now).await?;
                Err(AuditError::TokenReplayed)
            }
            Err(error) => Err(error),
        }
    }

    /// Records that an act was refused before it began. `rules` are the names of the rules that
    /// it breaks.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded.
    pub async fn refuse(
        &self,
        intent: Intent<'_>,
        rules: &[&str],
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(intent.refusal(rules, now)?).await
    }

    /// Records a change of the register, and keeps what it leaves, in one transaction.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded: nothing has changed then.
    pub async fn register(
        &self,
        change: RegistryChange<'_>,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.register_with(change, Vec::new(), now).await
    }

    /// The same, and writes the letters that the change leaves, in the same transaction.
    ///
    /// # Errors
    /// [`AuditError::RowRefused`] when no more letters are written; else as of [`Self::register`].
    pub async fn register_with(
        &self,
        change: RegistryChange<'_>,
        letters: Vec<CertificateRow>,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        let mut draft = change.draft(now)?;
        draft.rows = letters;
        self.append(draft).await
    }

    /// Records that somebody came in, was not let in, or was given the means.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded: nobody is let in then.
    pub async fn note_access(
        &self,
        record: AccessRecord<'_>,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.note_access_with(record, Vec::new(), now).await
    }

    /// The same, and writes the letters that it leaves, in the same transaction.
    ///
    /// # Errors
    /// [`AuditError::RowRefused`] when no more letters are written; else as of [`Self::note_access`].
    pub async fn note_access_with(
        &self,
        record: AccessRecord<'_>,
        letters: Vec<CertificateRow>,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        let mut draft = record.draft(now)?;
        draft.rows = letters;
        self.append(draft).await
    }

    /// Notes that somebody does not sign.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded.
    pub async fn note_decline(
        &self,
        record: DeclineRecord<'_>,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(record.draft(now)?).await
    }

    /// Waits until whatever was handed over before is written or refused, whoever waited for that.
    ///
    /// # Errors
    /// [`AuditError`] when the store does not say.
    pub async fn settle(&self) -> Result<(), AuditError> {
        match self.store.flush().await {
            // What nobody waits for is tried again.
            Ok(_) | Err(AuditError::EventsUnrecorded { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What was kept of the register.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::EntryDamaged`].
    #[boxed]
    pub async fn kept_register(&self) -> Result<KeptRegister, AuditError> {
        match &self.store.database {
            Database::File(file) => file.kept_register(self.organisation()).await,
            Database::Server(server) => server.kept_register(self.organisation()).await,
        }
    }

    /// The number of the register's last change, where other processes may change it; nothing where
    /// whoever opened the store knows.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn revision(&self) -> Result<Option<Version>, AuditError> {
        match &self.store.database {
            Database::File(_) => Ok(None),
            Database::Server(server) => server.revision(self.organisation()).await.map(Some),
        }
    }

    /// Records what an act made, and gives the receipt for it.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded: what was made must then not be answered.
    #[boxed]
    pub async fn conclude(
        &self,
        act: OpenAct,
        done: Done,
        now: SystemTime,
    ) -> Result<Receipt, AuditError> {
        let (outcome, draft) = act.done(done)?.draft(now)?;
        let time = draft.time();
        let position = self.append(draft).await?;
        Ok(Receipt::new(outcome, time, position))
    }

    /// Records that an act signed the hashes that its intent names.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded: the signatures must then not be answered.
    #[boxed]
    pub async fn conclude_hashes(
        &self,
        act: OpenAct,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(act.hashes_signed(now)?).await
    }

    /// Records that a credential for a session is about to be made.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded: it must then not be made.
    pub async fn begin_credential(
        &self,
        asked: AskedCredential<'_>,
        now: SystemTime,
    ) -> Result<OpenCredential, AuditError> {
        let draft = asked.begun(now)?;
        Ok(OpenCredential::new(self.append(draft).await?))
    }

    /// Records what became of a credential for a session.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded: it must then not be used.
    #[boxed]
    pub async fn end_credential(
        &self,
        open: OpenCredential,
        made: Result<(&str, SystemTime), &str>,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(open.ended(made, now)?).await
    }

    /// Records why an act that was begun made nothing. `signed` says whether the device gave a
    /// signature value or may have given one: then the act counts against its mandate all the same.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded.
    #[boxed]
    pub async fn abandon(
        &self,
        act: OpenAct,
        why: &Abandonment,
        signed: bool,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(why.draft(&act, signed, now)?).await
    }

    /// The receipt of this name, if this caller asked for the act or the augmentation.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::RecordDamaged`].
    #[boxed]
    pub async fn receipt(
        &self,
        id: &ReceiptId,
        caller: &Caller,
    ) -> Result<Option<FoundReceipt>, AuditError> {
        match &self.store.database {
            Database::File(file) => file.receipt(&self.owner, id, caller).await,
            Database::Server(server) => server.receipt(&self.owner, id, caller).await,
        }
    }

    /// The receipt of this name out of a database that another process may be writing, if it is the
    /// configuration file's organisation's and this caller's.
    ///
    /// # Errors
    /// Those of [`Tenant::receipt`].
    #[boxed]
    pub async fn receipt_in(
        log: &Log,
        organisation: OrganisationId,
        id: &ReceiptId,
        caller: &Caller,
    ) -> Result<Option<FoundReceipt>, AuditError> {
        let owner = Owner { organisation, named: false };
        match log {
            Log::File(database) => {
                sqlite::receipt_in(&Location::from(database), &owner, id, caller).await
            }
            Log::Memory(memory) => {
                sqlite::receipt_in(&Location::Memory(memory.clone()), &owner, id, caller).await
            }
            Log::Server(address) => postgres::receipt_in(address, &owner, id, caller).await,
        }
    }

    /// Whether other processes may record acts and changes, too.
    pub fn is_shared(&self) -> bool {
        matches!(self.store.database, Database::Server(_))
    }

    /// How many seals these mandates have given, where other processes may give some, too; nothing where
    /// whoever opened the store knows. One that is not named in the answer has given none.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn given(
        &self,
        mandates: &[&str],
    ) -> Result<Option<HashMap<String, u64>>, AuditError> {
        match &self.store.database {
            Database::File(_) => Ok(None),
            Database::Server(server) => server.given(self.organisation(), mandates).await.map(Some),
        }
    }

    /// Whether the key of a request is free. What begins asks again, in the transaction of its first
    /// record; this is for whoever would do much before.
    ///
    /// # Errors
    /// [`AuditError::KeyUsed`] when it is not; [`AuditError::Database`].
    #[boxed]
    pub async fn is_free(&self, asked: &KeyedRequest) -> Result<(), AuditError> {
        let used = match &self.store.database {
            Database::File(file) => file.used(self.organisation(), asked).await?,
            Database::Server(server) => server.used(self.organisation(), asked).await?,
        };
        used.map_or(Ok(()), |used| Err(AuditError::KeyUsed(used)))
    }

    /// Keeps that an API key, by its SHA-256, was used in this hour since 1970. Nobody waits for it.
    ///
    /// # Errors
    /// [`AuditError::Closed`].
    pub fn note_use(&self, key: [u8; 32], hour: i64) -> Result<(), AuditError> {
        let used = ApiKeyUse { organisation: self.organisation().clone(), key, hour };
        match &self.store.database {
            Database::File(file) => file.note_use(used),
            Database::Server(server) => server.note_use(used),
        }
    }

    /// One page of the organisation's records that `wanted` describes, by their time and, of equal
    /// times, by their number. No page looks at more than five hundred entries of the index.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::RecordDamaged`].
    #[boxed]
    pub async fn search(&self, wanted: &Search) -> Result<SearchPage, AuditError> {
        match &self.store.database {
            Database::File(file) => file.search(self.organisation(), wanted).await,
            Database::Server(server) => server.search(self.organisation(), wanted).await,
        }
    }

    /// How many of the organisation's acts ended, the first day first.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn statistics(&self, wanted: &Statistics) -> Result<Vec<ActCount>, AuditError> {
        match &self.store.database {
            Database::File(file) => file.statistics(self.organisation(), wanted).await,
            Database::Server(server) => server.statistics(self.organisation(), wanted).await,
        }
    }

    /// Where it is kept.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    pub(super) fn owner(&self) -> &Arc<Owner> {
        &self.owner
    }

    pub(super) async fn append(&self, mut draft: Draft) -> Result<AuditPosition, AuditError> {
        draft.owner = Some(Arc::clone(&self.owner));
        self.store.append(draft).await
    }

    /// The same, and nobody waits for it: see [`Store::note`].
    pub(super) fn append_unawaited(&self, mut draft: Draft) -> Result<(), AuditError> {
        draft.owner = Some(Arc::clone(&self.owner));
        self.store.note_draft(draft)
    }
}

/// Tests ask the store itself through it.
#[cfg(test)]
impl std::ops::Deref for Tenant {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}
