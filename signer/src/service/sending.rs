//! Letters that go out, and those that only the passing of time writes.

use std::time::{Duration, SystemTime};

use mail::{Address, Content, Language, Letter, Notice, SendError};
use registry::{EndNotice, TOLD_AFTER_END_S};
use seal::OrganisationId;

use super::{Error, Service, letters::About, ordered::record, seconds};
use crate::{
    administration::Administration,
    audit::{CertificateRecord, CertificateRow, CertificateStep, ChangedBy, random},
    post::Post,
    store::{
        AuditError, EndSearch, FoundCertificate, HeldLetter, LETTERS_COUNTED_S, LetterEnd,
        LettersSent, RowRefusal,
    },
};

/// How often a letter is tried: with the pauses between, for more than five days (RFC 5321 section 4.5.4.1).
const MAXIMUM_ATTEMPTS: u32 = 30;

/// How often a letter is tried that the server refuses for good: it may be who sends it that is refused, which
/// an operator mends within hours.
const MAXIMUM_REFUSALS: u32 = 10;

/// The first pause, in seconds. Each later one is twice as long, up to what the store allows.
const FIRST_PAUSE_S: i64 = 60;

/// How many certificates are looked at in one go.
const AT_ONCE: u32 = 200;

/// Whether the mail server is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// All that was due is sent.
    Done,
    /// The server is away: it is asked again after a while.
    Away,
}

/// What became of one letter.
enum Tried {
    Ended(LetterEnd),
    Later,
    Away,
}

impl Service {
    /// Sends what is due, one letter after the other.
    ///
    /// # Errors
    /// [`Error`] when the store fails; what was taken is due again after a while.
    pub(crate) async fn send_letters(&self) -> Result<Sending, Error> {
        let Some(post) = self.post.as_deref() else { return Ok(Sending::Done) };
        let mut greeted = false;
        loop {
            let holder = random().map_err(record)?;
            let Some(letter) = self.store.take_letter(holder, self.clock.now()).await? else {
                self.store.forget_recipients(self.clock.now()).await?;
                return Ok(Sending::Done);
            };
            if let Some(pause) = self.held_back(post, &letter).await? {
                tracing::info!(kind = %letter.kind, "a letter waits: there were as many within a day as may be");
                self.store.hold_letter_back(&letter, pause, self.clock.now()).await?;
                continue;
            }
            let tried = match greeted {
                // Nothing is made for a server that is away.
                false => post.mailer.greet().await,
                true => Ok(()),
            };
            let tried = match tried {
                // What is damaged keeps no other letter. If it is the store that fails, so does the next step.
                Ok(()) => self.tried(post, &letter).await.unwrap_or_else(|error| {
                    tracing::error!(kind = %letter.kind, ?error, "a letter could not be written");
                    Tried::Later
                }),
                Err(error) => failed(&letter, &error),
            };
            greeted = true;
            let now = self.clock.now();
            let kept = match tried {
                Tried::Ended(end) => self.store.end_letter(&letter, end, now).await?,
                Tried::Later | Tried::Away if letter.attempt >= MAXIMUM_ATTEMPTS => {
                    tracing::error!(kind = %letter.kind, "a letter was given up");
                    self.store.end_letter(&letter, LetterEnd::GivenUp, now).await?
                }
                Tried::Later | Tried::Away => {
                    self.store.put_off_letter(&letter, pause(letter.attempt), now).await?
                }
            };
            if !kept {
                tracing::warn!(kind = %letter.kind, "a letter took so long that another node has it now");
            }
            if let Tried::Away = tried {
                return Ok(Sending::Away);
            }
        }
    }

    /// How long a letter waits, in seconds, if there were as many within a day as may be. One that was asked for
    /// was bounded for its organisation when it was written: it waits for what all have sent to its address.
    /// What must be told waits for nothing that somebody asked for.
    async fn held_back(&self, post: &Post, letter: &HeldLetter) -> Result<Option<i64>, Error> {
        let now = self.clock.now();
        // A certificate is good though it shows something else: what has a deadline finds room.
        let share = if letter.kind == Notice::Outdated.kind() { 2 } else { 1 };
        let wait = |sent: LettersSent, most: u32| {
            let most = (most / share).max(1);
            let over = sent.first.unwrap_or_default() + LETTERS_COUNTED_S - seconds(now);
            (sent.count >= i64::from(most)).then_some(over.max(FIRST_PAUSE_S))
        };
        let Some(recipient) = &letter.recipient else { return Ok(None) };
        let organisation = (!letter.asked).then_some(&letter.organisation);
        let sent = self.store.letters_sent_to(recipient, organisation, now).await?;
        let waits = wait(sent, post.bound.to_address);
        if waits.is_some() || letter.asked {
            return Ok(waits);
        }
        let sent = self.store.letters_sent_for(&letter.organisation, now).await?;
        Ok(wait(sent, post.bound.of_organisation))
    }

    async fn tried(&self, post: &Post, held: &HeldLetter) -> Result<Tried, Error> {
        let content = serde_json::from_str::<Content>(&held.content);
        let (Ok(content), Ok(to)) = (content, Address::parse(&held.address)) else {
            return Ok(failed(held, &SendError::Unwritable));
        };
        let (content, link) = match self.link_of_contact(held, &content).await? {
            Some(link) => (content, Some(link)),
            None => {
                let content = content.to_another();
                let link = self.link_of(held, &content).await?;
                (content, link)
            }
        };
        let Some(link) = link else { return Ok(Tried::Ended(LetterEnd::GivenUp)) };
        let language = Language::of_tag(&held.language);
        let made = Duration::from_secs(u64::try_from(held.made).unwrap_or(0));
        let letter = Letter {
            to,
            message_id: held.message_id.clone(),
            made: SystemTime::UNIX_EPOCH + made,
            language,
            said: content.said(language, &link),
        };
        Ok(match post.mailer.send(&letter).await {
            Ok(()) => {
                tracing::info!(kind = %held.kind, "a letter was sent");
                Tried::Ended(LetterEnd::Sent)
            }
            Err(error) => failed(held, &error),
        })
    }

    /// Writes letters to whoever answers for certificates whose end has come nearer.
    ///
    /// # Errors
    /// [`Error`] when the store fails.
    pub(crate) async fn tell_of_ends(&self) -> Result<(), Error> {
        if self.post.is_none() {
            return Ok(());
        }
        let now = seconds(self.clock.now());
        let ends = EndNotice::ALL.map(|notice| (notice.latest_end(now), notice.stage()));
        let over = now - TOLD_AFTER_END_S;
        let mut search = EndSearch { over, ends: &ends, limit: AT_ONCE, ..EndSearch::default() };
        // One that is damaged, or cannot be told now, keeps no other from being told.
        let mut told = Ok(());
        loop {
            let found = self.store.ending_certificates(&search).await?;
            let Some((number, last)) = found.last() else { return told };
            search.after = Some((last.not_after, number.clone(), last.id.clone()));
            for (number, certificate) in found {
                if search.without.contains(&number) {
                    continue;
                }
                match self.tell_of_end(&number, &certificate, now).await {
                    Ok(true) => {}
                    Ok(false) => search.without.push(number),
                    Err(error) => told = Err(error),
                }
            }
        }
    }

    /// Answers whether its organisation is served.
    async fn tell_of_end(
        &self,
        number: &OrganisationId,
        certificate: &FoundCertificate,
        now: i64,
    ) -> Result<bool, Error> {
        // One that is not served, or cannot be read now, is told when it is.
        let Ok(Some(organisation)) = self.organisations.serving(number) else { return Ok(false) };
        let Some(notice) = EndNotice::due(certificate.not_after, now) else { return Ok(true) };
        let stage = notice.stage();
        let mut rows = vec![CertificateRow::Noticed { id: certificate.id.clone(), stage }];
        let snapshot = organisation.snapshot();
        if let Some(writer) = self.writer(&snapshot, now) {
            let about = About::from(certificate);
            rows.extend(writer.of_certificate(&about, said(notice), notice.told())?);
        }
        self.keep_notice(&organisation, certificate, rows).await?;
        Ok(true)
    }

    async fn keep_notice(
        &self,
        organisation: &Administration,
        certificate: &FoundCertificate,
        rows: Vec<CertificateRow>,
    ) -> Result<(), Error> {
        let noticed = CertificateRecord {
            certificate: Some(&certificate.id),
            profile: Some(&certificate.profile),
            ..CertificateRecord::of(CertificateStep::Noticed, ChangedBy::Link)
        };
        let kept = organisation.tenant().certificates_changed(&noticed, rows, self.clock.now());
        match kept.await {
            // Another node was first, or it was blocked.
            Ok(_) | Err(AuditError::RowRefused(RowRefusal::Noticed)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn said(notice: EndNotice) -> Notice {
    match notice {
        EndNotice::Ninety => Notice::Ninety,
        EndNotice::Thirty => Notice::Thirty,
        EndNotice::Seven => Notice::Seven,
        EndNotice::Today => Notice::Today,
        EndNotice::Expired => Notice::Expired,
    }
}

fn failed(letter: &HeldLetter, error: &SendError) -> Tried {
    let HeldLetter { kind, attempt, .. } = letter;
    tracing::warn!(%kind, attempt, %error, "a letter was not sent");
    match error {
        SendError::Away(_) => Tried::Away,
        SendError::Later(_) => Tried::Later,
        SendError::Refused(_) if *attempt < MAXIMUM_REFUSALS => Tried::Later,
        SendError::Refused(_) | SendError::Unwritable => Tried::Ended(LetterEnd::Refused),
    }
}

/// How long a letter waits after an attempt, from the first, in seconds.
fn pause(attempt: u32) -> i64 {
    let doubled = attempt.saturating_sub(1).min(16);
    FIRST_PAUSE_S << doubled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::LETTER_PUT_OFF_S;

    #[test]
    fn pauses_grow_and_a_letter_is_tried_for_more_than_five_days() {
        assert_eq!([1, 2, 3, 4].map(pause), [60, 120, 240, 480]);
        let all: i64 = (1..MAXIMUM_ATTEMPTS).map(|one| pause(one).min(LETTER_PUT_OFF_S)).sum();
        let days = all / (24 * 60 * 60);
        assert!((5..7).contains(&days), "{days}");
        let refused: i64 = (1..MAXIMUM_REFUSALS).map(|one| pause(one).min(LETTER_PUT_OFF_S)).sum();
        assert!((6..12).contains(&(refused / 3600)), "{refused}");
    }
}
