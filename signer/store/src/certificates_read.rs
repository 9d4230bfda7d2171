//! The store, asked for orders and certificates.

use std::time::SystemTime;

use async_recursion::async_recursion as boxed;
use audit::{AuditPosition, CertificateRecord, CertificateRow};
use registry::{Kept, Order, OrderId, OrderReference};
use seal::{OrganisationId, ProfileId};

use crate::{
    AuditError, BlockedCertificate, CertificateSearch, Database, EndSearch, FoundCertificate,
    FoundCheck, OrderSearch, Store, Tenant,
    certificates::order,
    postgres::{Reader, within},
    questions,
};

/// How many profiles one statement names.
const MAXIMUM_PROFILES: usize = 500;

/// Asks the same question of either database, and nothing where one of the texts can stand in no row: NUL is
/// in no text of PostgreSQL, which fails of it.
macro_rules! asked {
    ($store:expr, $question:ident($($argument:expr),*), $($text:expr),+) => {{
        let texts: &[&str] = &[$($text),+];
        if texts.iter().any(|text| text.contains('\0')) {
            Ok(Default::default())
        } else {
            asked!($store, $question($($argument),*))
        }
    }};
    ($store:expr, $question:ident($($argument:expr),*)) => {
        match &$store.database {
            Database::File(file) => {
                let mut reader = file.readers.acquire().await?;
                questions::sqlite::$question(&mut reader, $($argument),*).await
            }
            Database::Server(server) => {
                let mut reader = Reader::of(&server.readers).await?;
                let question = questions::postgres::$question(reader.connection()?, $($argument),*);
                let found = within(question).await;
                reader.answered(found)
            }
        }
    };
}
pub(crate) use asked;

impl Store {
    /// Whose order has this reference, and its name.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn order_referred_to(
        &self,
        reference: &OrderReference,
    ) -> Result<Option<(OrganisationId, OrderId)>, AuditError> {
        let found = asked!(self, referred_to(&reference.0), &reference.0)?;
        Ok(found.map(|(organisation, id)| (OrganisationId::new(organisation), OrderId(id))))
    }

    /// The certificate with this serial number, and whose it is.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn certificate_of(
        &self,
        serial: &[u8],
    ) -> Result<Option<(OrganisationId, FoundCertificate)>, AuditError> {
        let found = asked!(self, certificate_of(serial))?;
        Ok(found.map(|(organisation, found)| (OrganisationId::new(organisation), found)))
    }

    /// Certificates that are good at `now`, in seconds since 1970, show this address and came of one of these
    /// profiles, each of an organisation: so many at most, those that end last first.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn certificates_showing(
        &self,
        profiles: &[(OrganisationId, ProfileId)],
        address: &str,
        (now, limit): (i64, u32),
    ) -> Result<Vec<(OrganisationId, FoundCertificate)>, AuditError> {
        let mut found: Vec<(String, FoundCertificate)> = Vec::new();
        for some in profiles.chunks(MAXIMUM_PROFILES) {
            let named = some.iter().map(|(organisation, profile)| {
                (organisation.as_str().to_owned(), profile.as_str().to_owned())
            });
            let named: Vec<_> = named.collect();
            found.extend(asked!(self, showing(&named, address, (now, limit)), address)?);
        }
        found.sort_by_key(|(_, one)| std::cmp::Reverse(one.not_after));
        found.truncate(limit as usize);
        let named = found.into_iter().map(|(number, one)| (OrganisationId::new(number), one));
        Ok(named.collect())
    }

    /// How many certificates of an issuing key were ever blocked: nothing un-blocks.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn blocked_count(&self, generation: i64) -> Result<i64, AuditError> {
        asked!(self, blocked_count(generation))
    }

    /// The certificates of an issuing key that were blocked, at one moment.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn blocked(&self, generation: i64) -> Result<Vec<BlockedCertificate>, AuditError> {
        asked!(self, blocked(generation))
    }

    /// A number for the next revocation list of an issuing key: larger than all before, on whichever
    /// node.
    ///
    /// # Errors
    /// [`AuditError`].
    #[boxed]
    pub async fn next_list_number(&self, generation: i64) -> Result<i64, AuditError> {
        let number = match &self.database {
            Database::File(file) => file.next_list_number(generation).await?,
            Database::Server(server) => server.next_list_number(generation).await?,
        };
        self.numbered(generation, number).await?;
        Ok(number)
    }

    /// Certificates, of whichever organisation, whose end has come nearer than was told, and that neither are
    /// blocked nor have a successor that is in use.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn ending_certificates(
        &self,
        wanted: &EndSearch<'_>,
    ) -> Result<Vec<(OrganisationId, FoundCertificate)>, AuditError> {
        let found = asked!(self, ending(wanted))?;
        Ok(found.into_iter().map(|(whose, found)| (OrganisationId::new(whose), found)).collect())
    }

    /// Whose address is confirmed by what has this hash.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn check_of(
        &self,
        hash: &[u8; 32],
    ) -> Result<Option<(OrganisationId, String)>, AuditError> {
        let found = asked!(self, check_of(hash))?;
        Ok(found.map(|(organisation, id)| (OrganisationId::new(organisation), id)))
    }
}

impl Tenant {
    /// Records what became of orders and certificates, and does it, in one transaction.
    ///
    /// # Errors
    /// [`AuditError::RowRefused`] when something is not as it must be; [`AuditError::RegisterChanged`] when
    /// the register is not as it was judged by; [`AuditError::Unanchored`] where a block was recorded, and is
    /// not said outside the database; any other [`AuditError`]: nothing was recorded, and nothing has changed.
    #[boxed]
    pub async fn certificates_changed(
        &self,
        record: &CertificateRecord<'_>,
        rows: Vec<CertificateRow>,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        let blocks = |row: &CertificateRow| matches!(row, CertificateRow::Blocked { .. });
        let is_block = rows.iter().any(blocks);
        let position = self.append(record.draft(rows, now)?).await?;
        if is_block {
            self.store().anchored(position).await?;
        }
        Ok(position)
    }

    /// The order of this name.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::EntryDamaged`].
    #[boxed]
    pub async fn order(&self, id: &OrderId) -> Result<Option<Kept<Order>>, AuditError> {
        let found = asked!(self.store(), one_order(self.organisation().as_str(), &id.0), &id.0)?;
        found.map(order).transpose()
    }

    /// Part of the orders, by their names.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::EntryDamaged`].
    #[boxed]
    pub async fn orders(&self, wanted: &OrderSearch) -> Result<Vec<Kept<Order>>, AuditError> {
        if wanted.texts().any(|text| text.contains('\0')) {
            return Ok(Vec::new());
        }
        let found = asked!(self.store(), orders(self.organisation().as_str(), wanted))?;
        found.into_iter().map(order).collect()
    }

    /// How many orders are open or were until their end came.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn open_orders(&self, now: i64) -> Result<i64, AuditError> {
        asked!(self.store(), open_orders(self.organisation().as_str(), now))
    }

    /// The certificate of this name.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn certificate(&self, id: &str) -> Result<Option<FoundCertificate>, AuditError> {
        asked!(self.store(), certificate(self.organisation().as_str(), id), id)
    }

    /// Part of the certificates that are looked for, by their ends and names.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn certificates(
        &self,
        wanted: &CertificateSearch,
    ) -> Result<Vec<FoundCertificate>, AuditError> {
        use crate::certificate_questions as questions;
        if wanted.texts().any(|text| text.contains('\0')) {
            return Ok(Vec::new());
        }
        asked!(self.store(), certificates(self.organisation().as_str(), wanted))
    }

    /// Certificates that are good now, in seconds since 1970, and that no other has taken the place of: so many
    /// at most after that of a name, by their names.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn standing_certificates(
        &self,
        now: i64,
        after: &str,
        limit: u32,
    ) -> Result<Vec<FoundCertificate>, AuditError> {
        asked!(self.store(), standing(self.organisation().as_str(), (now, after, limit)), after)
    }

    /// A check of an address.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn email_check(&self, id: &str) -> Result<Option<FoundCheck>, AuditError> {
        asked!(self.store(), check(self.organisation().as_str(), id), id)
    }

    /// When an address was confirmed last, in seconds since 1970.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn email_confirmed(&self, address: &str) -> Result<Option<i64>, AuditError> {
        asked!(self.store(), confirmed(self.organisation().as_str(), address), address)
    }

    /// Orders that wait for this address to be confirmed.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::EntryDamaged`].
    #[boxed]
    pub async fn orders_awaiting(
        &self,
        address: &str,
        limit: u32,
    ) -> Result<Vec<Kept<Order>>, AuditError> {
        let organisation = self.organisation().as_str();
        let found = asked!(self.store(), awaiting(organisation, address, limit), address)?;
        found.into_iter().map(order).collect()
    }

    /// Whether somebody has accepted a version of the policies.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn has_accepted(&self, asker: &str, policy: &str) -> Result<bool, AuditError> {
        asked!(self.store(), accepted(self.organisation().as_str(), asker, policy), asker, policy)
    }
}
