//! `signer draw-pages`: what the service starts to draw a page in. It reads one request and one document from
//! standard input, answers on standard output, and has nothing else.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};

/// Most bytes of memory: a document of the largest size, and a picture of the largest with what is drawn for it.
const MEMORY: u64 = 1 << 30;

/// Most seconds of a processor: whoever waits at a busy machine is told of a page that is too much, and of no other.
const PROCESSOR: u64 = 5;

/// Most files that are open, of which three are from the beginning.
const FILES: u64 = 8;

/// By how much what is drawn waits for what is signed: it weighs a third where both want a processor (sched(7)).
const YIELDING: i32 = 5;

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
    nice(YIELDING)?;
    for (resource, most) in [
        // Addresses alone cost nothing, and allocators reserve many: what can be written to is counted.
        (Resource::Data, MEMORY),
        (Resource::Cpu, PROCESSOR),
        (Resource::Nofile, FILES),
        // Nothing is written to a file.
        (Resource::Fsize, 0),
        // Nor is a document left behind in the image of a process that died. One byte is what keeps Linux from
        // giving it to a program, too (core(5)).
        (Resource::Core, 1),
    ] {
        // At the lower limit of its time a process ends with a signal that says why, a second before it is killed.
        let last = most + u64::from(resource == Resource::Cpu);
        // None means without an end.
        let hard = getrlimit(resource).maximum;
        let [most, last] =
            [most, last].map(|limit| Some(hard.map_or(limit, |hard| limit.min(hard))));
        setrlimit(resource, Rlimit { current: most, maximum: last })?;
    }
    Ok(())
}
