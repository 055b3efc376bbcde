"""Files in a bucket: a server that speaks S3 over real HTTP, and our storage on the official client."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.http import StreamingHttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from config.bucket_storage import MEMORY_BYTES, BucketAway
from config.ranges import StoredFileMissing, StoredPart, measure_part, send_stored
from config.stored_files import READ_BYTES, find_bucket, find_missing, read_span, write_exactly
from reports.services.diagnosis.findings import Finding, Health
from reports.services.diagnosis.foundations import judge_bucket, look_at_storage, try_storage
from tests.bucket_servers import BUCKET, BucketServer, run_bucket_server

LARGE = bytes(range(256)) * (MEMORY_BYTES // 256) + b"a little more"


@pytest.fixture
def bucket(settings: Settings) -> Iterator[BucketServer]:
    with run_bucket_server() as server:
        settings.STORAGES = {**settings.STORAGES, "default": server.configure()}
        yield server


def get(headers: dict[str, str], *parts: StoredPart) -> tuple[int, bytes]:
    request = RequestFactory().get("/", headers=headers)
    response = send_stored(request, parts, content_type="audio/flac", filename="answer.flac")
    return response.status_code, response.getvalue() if isinstance(response, StreamingHttpResponse) else b""


def test_a_file_is_stored_read_and_removed(bucket: BucketServer) -> None:
    name = default_storage.save("audio/1/001-0001.flac", ContentFile(LARGE))
    assert (bucket.list_keys(), bucket.read(name)) == ([name], LARGE)
    assert name.startswith("audio/1/001-0001_")
    assert name.endswith(".flac")
    with default_storage.open(name) as file:
        assert file.read() == LARGE
    assert (default_storage.size(name), default_storage.exists(name)) == (len(LARGE), True)
    assert default_storage.listdir("audio") == (["1"], [])
    default_storage.delete(name)
    assert (bucket.list_keys(), default_storage.exists(name)) == ([], False)


def test_two_who_store_the_same_part_at_once_have_a_file_each(bucket: BucketServer) -> None:
    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda place: default_storage.save("audio/1.flac", ContentFile(b"%d" % place)), range(8)))
    assert sorted(names) == bucket.list_keys()
    assert [bucket.read(name) for name in names] == [b"%d" % place for place in range(8)]


def test_a_range_is_fetched_as_that_range(bucket: BucketServer) -> None:
    name = default_storage.save("recordings/1.flac", ContentFile(LARGE))
    first, last = READ_BYTES - 3, 2 * READ_BYTES + 3
    assert get({"Range": f"bytes={first}-{last}"}, measure_part(name)) == (206, LARGE[first : last + 1])
    assert get({}, measure_part(name)) == (200, LARGE)
    assert [len(piece) for piece in read_span(name, 5, READ_BYTES + 7)] == [READ_BYTES, 7]


def test_the_pieces_of_a_video_are_looked_for_by_one_listing(bucket: BucketServer) -> None:
    names = [default_storage.save(f"video/1/{number:06}", ContentFile(b"%d" % number)) for number in range(6)]
    assert get({}, *(measure_part(name) for name in names)) == (200, b"012345")
    parts = [StoredPart(name, 1) for name in names]
    default_storage.delete(names[4])
    assert find_missing(names) == names[4]
    with pytest.raises(StoredFileMissing, match=names[4]):
        get({}, *parts)
    assert get({"Range": "bytes=0-2"}, *parts) == (206, b"012")


def test_what_is_not_there_is_a_file_that_is_not_found(bucket: BucketServer) -> None:
    with pytest.raises(FileNotFoundError):
        default_storage.open("reports/none.pdf")
    with pytest.raises(FileNotFoundError):
        list(read_span("reports/none.pdf", 0, 10))
    with pytest.raises(StoredFileMissing):
        measure_part("reports/none.pdf")
    default_storage.delete("reports/none.pdf")


def test_a_name_can_be_kept(bucket: BucketServer) -> None:
    for content in (b"agreed", b"agreed again"):
        write_exactly(default_storage, "consents/abc.txt", ContentFile(content))
    assert (bucket.list_keys(), bucket.read("consents/abc.txt")) == (["consents/abc.txt"], b"agreed again")


def test_a_folder_within_the_bucket_is_all_that_is_used(bucket: BucketServer, settings: Settings) -> None:
    bucket.client.put_object(Bucket=BUCKET, Key="others/theirs.txt", Body=b"theirs")
    settings.STORAGES = {**settings.STORAGES, "default": bucket.configure(STORAGE_PREFIX="/bot/")}
    name = default_storage.save("logos/fern.png", ContentFile(b"logo"))
    assert default_storage.url("logos/fern.png") == FileSystemStorage().url("logos/fern.png")  # signed for nobody
    assert bucket.list_keys() == [f"bot/{name}", "others/theirs.txt"]
    assert default_storage.listdir("") == (["logos"], [])
    with pytest.raises(SuspiciousOperation):
        default_storage.open("../others/theirs.txt")


def test_a_bucket_that_is_away_is_an_error_of_the_operating_system_and_tells_no_secret(
    bucket: BucketServer, settings: Settings
) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": bucket.configure(STORAGE_ENDPOINT_URL="http://127.0.0.1:9")}
    for ask in (
        lambda: default_storage.save("a", ContentFile(b"a")),
        lambda: default_storage.open("a"),
        lambda: list(read_span("a", 0, 1)),
        lambda: default_storage.exists("a"),
        lambda: default_storage.delete("a"),
        lambda: default_storage.listdir(""),
        lambda: default_storage.size("a"),
        lambda: find_bucket().is_public("a"),
    ):
        with pytest.raises(BucketAway) as told:
            ask()
        assert str(told.value) == (
            "The bucket interviews at http://127.0.0.1:9 cannot be used: EndpointConnectionError."
        )


def test_a_key_that_may_not_is_told_as_such(bucket: BucketServer, settings: Settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": bucket.configure(STORAGE_BUCKET="unknown")}
    with pytest.raises(BucketAway, match=r"The bucket unknown at .* cannot be used: NoSuchBucket\."):
        try_storage()


# --- What the doctor says ---------------------------------------------------------------------------------------------


def test_the_doctor_writes_reads_and_removes_and_leaves_nothing(bucket: BucketServer) -> None:
    said = f"bucket interviews at {bucket.url}: written, read and removed; nobody reads it without a key"
    assert list(look_at_storage()) == [Finding("Storage", Health.GOOD, said)]
    assert bucket.list_keys() == []


def test_a_file_that_anybody_may_read_is_noticed(bucket: BucketServer) -> None:
    """moto knows no policies of a whole bucket; a file's own list of who may is asked in the same way."""
    for name, acl in (("mine", "private"), ("everybodys", "public-read")):
        bucket.client.put_object(Bucket=BUCKET, Key=name, Body=b"a", ACL=acl)
    assert (find_bucket().is_public("mine"), find_bucket().is_public("everybodys")) == (False, True)


@pytest.mark.parametrize(
    ("is_public", "keeps_versions", "health", "said"),
    [
        (True, True, Health.BROKEN, "Anybody can read the bucket b. Block public access to it"),
        (False, True, Health.FALLBACK, "bucket b: written, read and removed; but it keeps versions"),
        (False, None, Health.GOOD, "bucket b: written, read and removed; nobody reads it without a key"),
    ],
)
def test_what_is_said_of_a_bucket(is_public: bool, keeps_versions: bool | None, health: Health, said: str) -> None:
    finding = judge_bucket("bucket b", is_public=is_public, keeps_versions=keeps_versions)
    assert (finding.health, finding.detail.startswith(said)) == (health, True)


def test_the_doctor_notices_a_bucket_that_keeps_what_is_erased(bucket: BucketServer) -> None:
    bucket.client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    (finding,) = look_at_storage()
    assert finding.health is Health.FALLBACK
    assert "what is erased stays as an old one" in finding.detail


# --- Moving -----------------------------------------------------------------------------------------------------------


def fill_folder(settings: Settings) -> dict[str, bytes]:
    files = {"logos/fern.png": b"logo", "reports/1/a.pdf": LARGE, "video/1/2/000000": b"piece"}
    for name, content in files.items():
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return files


def move(*options: str) -> str:
    said = io.StringIO()
    call_command("move_media", *options, stdout=said)
    return said.getvalue().strip()


def test_every_file_is_moved_under_its_name_and_back(bucket: BucketServer, settings: Settings) -> None:
    files = fill_folder(settings)
    kept = "Those here were kept: remove them with --remove."
    assert move() == f"3 files copied and read back, 0 were there already. {kept}"
    assert {key: bucket.read(key) for key in bucket.list_keys()} == files
    bucket.client.put_object(Bucket=BUCKET, Key="logos/fern.png", Body=b"half a lo")
    assert move("--remove") == "1 files copied and read back, 2 were there already. Those here were removed."
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert move("--back", "--remove").startswith("3 files copied and read back, 0 were there already.")
    assert {name: (Path(settings.MEDIA_ROOT) / name).read_bytes() for name in files} == files
    assert bucket.list_keys() == []


def test_without_a_bucket_nothing_is_moved(settings: Settings) -> None:
    fill_folder(settings)
    with pytest.raises(CommandError, match=r"No bucket is configured. Set STORAGE_BUCKET"):
        move("--remove")
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 3
