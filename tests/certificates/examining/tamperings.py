"""What can be done to a file: from what we issued to another file."""

from __future__ import annotations

import re
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, append_signature_field


def rewritten(content, change):
    """The file with a revision of its own appended, in which something was changed."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


# What is done to it: from the original to another file ------------------------------------------


def byte_changed_in_page(content):
    at = content.index(b"stream\n") + 60
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def byte_changed_in_seal(content):
    at = content.index(b"/Contents <") + 600
    return content[:at] + (b"0" if content[at : at + 1] != b"0" else b"1") + content[at + 1 :]


def first_byte_of_header_changed(content):
    return content.replace(b"%PDF-1.7", b"%PDF-1.4", 1)


def number_in_seal_changed(content):
    return re.sub(rb"(Issued as )[A-Z]{3}", rb"\1XYZ", content)


def date_of_sealing_changed(content):
    return re.sub(rb"(/M \(D\\072)2026", rb"\g<1>2025", content)


def bytes_appended(content):
    return content + b"\n% nothing to see here\n"


def spaces_appended(content):
    return content + b" " * 64


def bytes_in_front(content):
    return b"%junk\n" + content


def cut_in_the_middle(content):
    return content[: len(content) // 2]


def last_bytes_cut(content):
    return content[:-30]


def revision_with_other_title(content):
    def change(writer):
        writer.root["/Lang"] = generic.TextStringObject("de")
        writer.update_root()

    return rewritten(content, change)


def revision_with_other_page(content):
    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        stream = generic.StreamObject(stream_data=b"BT /F1 24 Tf 100 100 Td (Eve) Tj ET")
        page["/Contents"] = writer.add_object(stream)
        writer.update_container(page)

    return rewritten(content, change)


def revision_with_a_note(content):
    def change(writer):
        note = generic.DictionaryObject(
            {
                generic.NameObject("/Type"): generic.NameObject("/Annot"),
                generic.NameObject("/Subtype"): generic.NameObject("/FreeText"),
                generic.NameObject("/Rect"): generic.ArrayObject(
                    map(generic.NumberObject, (100, 100, 300, 200))
                ),
                generic.NameObject("/Contents"): generic.TextStringObject("with distinction"),
            }
        )
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])
        writer.update_container(page)

    return rewritten(content, change)


def file_attached(content):
    def change(writer):
        attached = EmbeddedFileObject.from_file_data(writer, b"{}", mime_type="application/json")
        embed_file(writer, FileSpec("credential.json", embedded_data=attached))

    return rewritten(content, change)


def attached_stream(writer):
    """The signed credential inside a file, and how the file describes it."""
    tree = writer.root["/Names"]["/EmbeddedFiles"]
    return tree["/Names"][1]["/EF"], tree


def attachment_replaced(content):
    """The credential of somebody else in the place of the one that we signed."""

    def change(writer):
        files, _tree = attached_stream(writer)
        forged = files["/F"].data.replace(b"Ada Okafor", b"Eve Mallory")
        assert b"Eve Mallory" in forged
        files["/F"] = writer.add_object(generic.StreamObject(stream_data=forged))
        writer.update_container(files)

    return rewritten(content, change)


def attachment_taken_out(content):
    def change(writer):
        del writer.root["/Names"]["/EmbeddedFiles"]
        del writer.root["/AF"]
        writer.update_container(writer.root["/Names"])
        writer.update_root()

    return rewritten(content, change)


def attachment_listed_under_another_name(content):
    def change(writer):
        _files, tree = attached_stream(writer)
        tree["/Names"][1]["/UF"] = generic.TextStringObject("diploma.json")
        writer.update_container(tree["/Names"][1])

    return rewritten(content, change)


def byte_changed_in_attachment(content):
    """Where it stands, without a revision: the file keeps its length."""
    at = content.index(b"stream\n", content.index(b"/EmbeddedFile")) + 60
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def attachment_said_to_be_something_else(content):
    def change(writer):
        _files, tree = attached_stream(writer)
        tree["/Names"][1]["/AFRelationship"] = generic.NameObject("/Alternative")
        writer.update_container(tree["/Names"][1])

    return rewritten(content, change)


def script_added(content):
    def change(writer):
        action = generic.DictionaryObject(
            {
                generic.NameObject("/S"): generic.NameObject("/JavaScript"),
                generic.NameObject("/JS"): generic.TextStringObject("app.alert('hello')"),
            }
        )
        writer.root["/OpenAction"] = writer.add_object(action)
        writer.update_root()

    return rewritten(content, change)


def second_field_added(content):
    return rewritten(content, lambda writer: append_signature_field(writer, SigFieldSpec("Two")))


def saved_again(content):
    writer = copy_into_new_writer(PdfFileReader(BytesIO(content)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def seal_taken_off(content):
    """The file as it was rendered: what stands in front of the seal."""
    end = content.index(b"%%EOF") + 6
    return content[:end]


def encrypted(content):
    writer = copy_into_new_writer(PdfFileReader(BytesIO(seal_taken_off(content))))
    writer.encrypt("secret")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


TAMPERINGS = {
    byte_changed_in_page: "altered",
    byte_changed_in_seal: "altered",
    first_byte_of_header_changed: "altered",
    number_in_seal_changed: "altered",
    date_of_sealing_changed: "altered",
    bytes_appended: "altered",
    spaces_appended: "altered",
    bytes_in_front: "altered",
    cut_in_the_middle: "unreadable",
    last_bytes_cut: "altered",
    revision_with_other_title: "altered",
    revision_with_other_page: "altered",
    revision_with_a_note: "altered",
    file_attached: "altered",
    attachment_replaced: "altered",
    attachment_taken_out: "altered",
    attachment_listed_under_another_name: "altered",
    byte_changed_in_attachment: "altered",
    attachment_said_to_be_something_else: "altered",
    script_added: "altered",
    second_field_added: "altered",
    saved_again: "altered",
    seal_taken_off: "altered",
    encrypted: "unreadable",
}
