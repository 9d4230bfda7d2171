//! `signer draw-pages`: what the service starts to draw a page in. It reads one request and one document from
//! standard input, answers on standard output, and has nothing else.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use rlimit::Resource;

/// Most bytes of memory: a document of the largest size, and a picture of the largest with what is drawn for it.
const MEMORY: u64 = 1 << 30;

/// Most seconds of a processor. The service does not wait for as long; this ends what it could not kill.
const PROCESSOR: u64 = 6;

/// Most files that are open, of which three are from the beginning.
const FILES: u64 = 8;

/// Answers one request, within limits that are set before anything is read.
pub(super) fn draw_pages() -> ExitCode {
    let answered =
        limit().and_then(|()| rendering::answer(io::stdin().lock(), io::stdout().lock()));
    match answered {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "no page is drawn: {error}"));
            ExitCode::from(2)
        }
    }
}

/// Takes from this process what no page needs, and cannot be given back.
fn limit() -> io::Result<()> {
    for (resource, most) in [
        // Addresses alone cost nothing, and allocators reserve many: what can be written to is counted.
        (Resource::DATA, MEMORY),
        (Resource::CPU, PROCESSOR),
        (Resource::NOFILE, FILES),
        // Nothing is written to a file.
        (Resource::FSIZE, 0),
        // Nor is a document left behind in the image of a process that died. One byte is what keeps Linux from
        // giving it to a program, too (core(5)).
        (Resource::CORE, 1),
    ] {
        let (_, hard) = resource.get()?;
        let most = most.min(hard);
        resource.set(most, most)?;
    }
    Ok(())
}
