"""Write sealed chunks to a file, for a provider that keeps them itself."""

import os
import threading
from contextlib import closing
from pathlib import Path

from lading.client import files
from lading.client.bulk.upload import Upload
from lading.client.flow import Flow, Work
from lading.client.session import Session
from lading.client.transport import Transport
from lading.errors import UsageProblem


def export(session: Session, job: Upload, target: Path) -> Flow[None]:
    """Write the chunks of an upload one after another to `target`, durably; a file that is there is replaced.

    Raises `ContentMismatch` where the source changed since it was described, `UsageProblem` where `target` cannot be
    written.
    """

    def work(transport: Transport, stop: threading.Event) -> None:
        part = target.with_name(target.name + ".part")
        try:
            _write(session, job, part, stop)
            os.replace(part, target)
            files.flush_directory(target.parent)
        except OSError as error:
            hint = "Name a file in a folder that exists and that you may write to."
            raise UsageProblem(f"cannot write {target}: {error.strerror}", hint=hint) from None

    yield Work(work)


def _write(session: Session, job: Upload, part: Path, stop: threading.Event) -> None:
    with files.open_part(part) as file, closing(job.read(0, stop)) as chunks:
        file.truncate()
        for number, chunk in enumerate(chunks):
            file.write(chunk)
            session.progress("write", min((number + 1) * job.chunk_size, job.size), job.size)
        files.flush_file(file)
