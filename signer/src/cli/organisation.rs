//! `signer organisation`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::{Args, Subcommand, ValueEnum};
use registry::{Administrator, Founding, KeyHash, KeyId, RegisteredId, Role};
use seal::{Clock, CountryCode, CvrCheck, Organisation, OrganisationId};

use super::{Failure, audit::Directory, terminal};
use crate::{
    access::{link, random_secret},
    audit::{hex, random},
    compose::{StartError, place},
    config::{AUDIT_KEY, Secret, key_hash},
    data_directory::{DataDirectory, DataDirectoryError},
    operator::{Answer, Listed, Order, lay},
    store::{AuditError, Store},
};

/// What is done about organisations.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Makes an organisation beside the configuration file's, and prints the API keys of its
    /// administrators, this once; the service may be running, and serves it within a second
    Add(AddArguments),
    /// Makes an administrator of such an organisation, or a further key of one, and prints the key,
    /// this once; the service may be running
    Administrator(AdministratorArguments),
    /// Prints a link, this once, by which somebody logs in for the first time or after their passkeys
    /// were lost; the service may be running
    Link(LinkArguments),
    /// Lists the organisations that were made so; the service may be running
    List(ListArguments),
}

/// The arguments of `add`.
#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// The number in the trade register; in Denmark the CVR number
    #[arg(long, value_name = "NUMBER")]
    cvr: String,
    /// The full registered name
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The country of that register, two capital letters
    #[arg(long, value_name = "COUNTRY", default_value = "DK", value_parser = country)]
    country: CountryCode,
    /// How a CVR number is checked: official test organisations fail the sum
    #[arg(long, value_enum, default_value_t = Check::Mod11)]
    cvr_check: Check,
    /// The role of an application that administers it; several times for several applications
    #[arg(long, value_name = "ROLE", value_parser = role, default_value = "rights-administrator")]
    role: Vec<Role>,
    #[command(flatten)]
    directory: Directory,
}

/// The arguments of `administrator`.
#[derive(Debug, Args)]
pub(super) struct AdministratorArguments {
    /// The organisation's number
    #[arg(long, value_name = "NUMBER")]
    cvr: String,
    /// The role of the application, which is called like it
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Role,
    /// Revokes the keys that the application had: for one that others know
    #[arg(long)]
    revoke_others: bool,
    #[command(flatten)]
    directory: Directory,
}

/// The arguments of `link`.
#[derive(Debug, Args)]
pub(super) struct LinkArguments {
    /// The organisation's number
    #[arg(long, value_name = "NUMBER")]
    cvr: String,
    /// The person, by the name of their entry; whoever opens the link becomes an administrator when left
    /// out
    #[arg(long, value_name = "ENTRY")]
    person: Option<String>,
    #[command(flatten)]
    directory: Directory,
}

/// The arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    directory: Directory,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Check {
    #[value(name = "mod-11")]
    Mod11,
    Format,
}

/// Does it.
///
/// # Errors
/// [`Failure::Refused`] with the cause; [`Failure::DataDirectory`], [`Failure::File`] where the
/// directory cannot be used or nobody answers there.
pub(super) async fn organisation(command: Command, clock: &dyn Clock) -> Result<(), Failure> {
    match command {
        Command::Add(arguments) => add(arguments, clock).await,
        Command::Administrator(AdministratorArguments { cvr, role, revoke_others, directory }) => {
            let (administrator, key) = administrator(role)?;
            let administrator = Administrator { replaces: revoke_others, ..administrator };
            let organisation = OrganisationId::new(cvr);
            let order = Order::AddAdministrator { organisation, administrator };
            ordered(order, directory, clock).await?;
            terminal::print(format!("{} {}", role.name(), key.expose()))
        }
        Command::Link(LinkArguments { cvr, person, directory }) => {
            let person = person.map(RegisteredId);
            let link = linked(OrganisationId::new(cvr), person, directory, clock).await?;
            terminal::print(link)
        }
        Command::List(ListArguments { directory }) => {
            let listed = ordered(Order::ListOrganisations, directory, clock).await?;
            let line = |one| match one {
                Listed::Read { cvr, country, registered_name, made } => {
                    format!("{country} {cvr}  {made}  {registered_name}")
                }
                Listed::Damaged { cvr } => {
                    format!("{cvr}  cannot be read: its register is damaged")
                }
            };
            match listed.is_empty() {
                true => terminal::print("there is none but the configuration file's".to_owned()),
                false => {
                    terminal::print(listed.into_iter().map(line).collect::<Vec<_>>().join("\n"))
                }
            }
        }
    }
}

async fn add(arguments: AddArguments, clock: &dyn Clock) -> Result<(), Failure> {
    let AddArguments { cvr, name, country, cvr_check, role, directory } = arguments;
    let cvr_check = match cvr_check {
        Check::Mod11 => CvrCheck::Modulo11,
        Check::Format => CvrCheck::Format,
    };
    let organisation =
        Organisation { registered_name: name, cvr, country, cvr_check, allow_seals: true };
    let (mut administrators, mut keys) = (Vec::new(), Vec::new());
    for role in role {
        let (administrator, key) = administrator(role)?;
        administrators.push(administrator);
        keys.push((role, key));
    }
    let number = organisation.id();
    let founding = Box::new(Founding { organisation, administrators });
    ordered(Order::AddOrganisation(founding), directory.clone(), clock).await?;
    let lines = keys.iter().map(|(role, key)| format!("{} {}", role.name(), key.expose()));
    // The keys are not lost where no link is kept.
    terminal::print(lines.collect::<Vec<_>>().join("\n"))?;
    let link = linked(number, None, directory, clock).await?;
    terminal::print(format!("administrator's link {link}"))
}

/// An administrator with a new key of 256 random bits.
fn administrator(role: Role) -> Result<(Administrator, Secret), Failure> {
    let key = Secret::new(URL_SAFE_NO_PAD.encode(bytes::<32>()?));
    let id = KeyId(hex(&bytes::<16>()?));
    Ok((Administrator { role, key: id, sha256: key_hash(&key), replaces: false }, key))
}

/// A link that is good once.
async fn linked(
    organisation: OrganisationId,
    person: Option<RegisteredId>,
    directory: Directory,
    clock: &dyn Clock,
) -> Result<String, Failure> {
    let configured = directory.origin()?;
    let (code, hash) = random_secret::new().map_err(AuditError::from).map_err(StartError::from)?;
    let order = Order::AddLink { organisation, sha256: KeyHash(hash), person };
    let origin = match answered(order, directory, clock).await? {
        Answer::LinkKept(origin) => origin.unwrap_or(configured),
        Answer::Done(_) => configured,
        Answer::Refused(why) => return Err(Failure::Refused(why)),
    };
    Ok(link::address(&origin, code.expose()))
}

/// Has an order done, and answers with what was listed.
async fn ordered(
    order: Order,
    directory: Directory,
    clock: &dyn Clock,
) -> Result<Vec<Listed>, Failure> {
    match answered(order, directory, clock).await? {
        Answer::Done(listed) => Ok(listed),
        Answer::LinkKept(_) => Ok(Vec::new()),
        Answer::Refused(why) => Err(Failure::Refused(why)),
    }
}

/// Has an order done: here, or by the service that uses the directory.
async fn answered(
    order: Order,
    directory: Directory,
    clock: &dyn Clock,
) -> Result<Answer, Failure> {
    let data = directory.data()?;
    let path = directory.path()?;
    let answer = match DataDirectory::open(&path) {
        Ok(directory) => {
            let given = Secret::from_environment(AUDIT_KEY)?;
            let (key, _) = directory.audit_key(given.as_ref().map(Secret::expose))?;
            let place = place(&data, &directory)?;
            let store = Store::open(place, key).await.map_err(StartError::from)?;
            let answer = order.carry_out(&store, clock.now()).await;
            store.close().await.map_err(StartError::from)?;
            answer
        }
        Err(DataDirectoryError::Locked { .. }) => {
            lay(&path, &order).await.map_err(|cause| Failure::file(&path, cause))?
        }
        Err(error) => return Err(error.into()),
    };
    Ok(answer)
}

fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let error = |error| StartError::from(AuditError::from(error));
    Ok(random().map_err(error)?)
}

fn country(letters: &str) -> Result<CountryCode, &'static str> {
    CountryCode::try_from(letters.to_owned())
}

fn role(name: &str) -> Result<Role, String> {
    let known = Role::ALL.into_iter().find(|role| role.name() == name);
    known.ok_or_else(|| format!("one of {}", Role::ALL.map(Role::name).join(", ")))
}
