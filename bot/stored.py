"""The commands on what is stored: single articles, and the index as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from longhaul.ingest import transfer
from longhaul.ingest.index import Index
from longhaul.ingest.pipeline import Step

from . import contract, terminal
from . import options as opt
from .chain import place_named_by
from .opening import settings_of, stored_index

articles = typer.Typer(no_args_is_help=True, help="Lists, shows and removes the articles of the index.")
index_commands = typer.Typer(no_args_is_help=True, help="Backs up and moves the index as a whole.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="Such as longhaul-backup.gz", show_default=False)]
Replace = Annotated[bool, typer.Option("--replace", help="Put the file in place of what the index holds.")]


@articles.command("list")
def list_articles(as_json: opt.Json = False, index: opt.Folder = None) -> None:
    """Lists the articles by date."""
    with stored_index(index).snapshot() as corpus:
        sources = corpus.sources()
    if as_json:
        contract.print_json([contract.source_object(source) for source in sources])
    else:
        terminal.show_articles(sources)


@articles.command("show")
def show_article(id: Annotated[str, typer.Argument(help="As articles list shows it.")], as_json: opt.Json = False,
                 index: opt.Folder = None) -> None:
    """Shows an article.

    Example:
      longhaul articles show 2024-08-05-lumen-five-billion-ai-deals
    """
    with stored_index(index).snapshot() as corpus:
        article = corpus.article(id)
    if as_json:
        contract.print_json(contract.article_object(article))
    else:
        terminal.show_article(article, date.today())


@articles.command("remove")
def remove_articles(ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As articles list shows them.")],
                    index: opt.Folder = None) -> None:
    """Removes articles from the index; their files stay.

    Example:
      longhaul articles remove 2024-08-05-lumen-five-billion-ai-deals
    """
    opened = stored_index(index)
    with opened.writing() as store:
        with opened.snapshot() as corpus:
            for id in ids:
                corpus.article(id)  # an unknown id ends it here, before anything is removed
        store.remove(sorted(set(ids)))
    print(f"{len(set(ids))} removed")


@index_commands.command("export")
def export_index(file: File, index: opt.Folder = None) -> None:
    """Writes the whole index, articles and vectors, into one file. It may be used and written to meanwhile.

    Example:
      longhaul index export longhaul-2026-11-23.gz
    """
    opened = stored_index(index)
    with terminal.progress() as progress:
        total = transfer.export(opened, file, lambda done, total: progress(Step("Exporting", done, total)))
    print(f"{total} articles exported")


@index_commands.command("import")
def import_index(file: File, replace: Replace = False, index: opt.Folder = None) -> None:
    """Reads such a file into an empty index, in a folder or on a Chroma server; no model runs.

    Examples:
      longhaul index import longhaul-2026-11-23.gz --index elsewhere/
      longhaul index import longhaul-2026-11-23.gz --index http://chroma.example:8000 --replace
    """
    opened = Index(place_named_by(settings_of(index)))
    with terminal.progress() as progress:
        total = transfer.load(opened, file, replace, lambda done, total: progress(Step("Importing", done, total)))
    print(f"{total} articles imported")
