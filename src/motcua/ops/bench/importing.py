"""The import of a whole catalogue with its official lists: seconds against a minute."""

import json
import os
import tempfile
import time
from pathlib import Path

from motcua.ops.bench.stage import Stage
from motcua.ops.bench.timing import Outcome
from motcua.ops.procedures import import_files, read_files

LIMIT = 60.0
_SAMPLES = "MOTCUA_SAMPLES"
# As many as the five files of the portal hold.
_RECORDS = 2_042


def measure(stage: Stage) -> Outcome:
    """Time reading, checking and writing once, in a transaction that is taken back at the end."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder:
        files, lists, source = _given(stage.sizes.records, Path(folder))
        began = time.perf_counter()
        read, editions = read_files(files, lists, say=_silent)
        done = import_files(read, editions, dry_run=True, say=_silent)
        seconds = time.perf_counter() - began
    ratio = seconds / LIMIT
    aside = f"{done.read} records of {source}, {len(done.new_versions)} written"
    return Outcome("importing", seconds, LIMIT, "s", ratio, 1.0, False, (ratio, ratio), aside)


def _silent(line: str) -> None:
    """Keep the table of results free of progress."""


def _given(records: int, folder: Path) -> tuple[list[Path], list[Path], str]:
    """Return the real files where they are at hand and all are wanted, else as many records of our own making."""
    samples = Path(os.environ.get(_SAMPLES, "../shared/data"))
    files = sorted(samples.glob("procedures/*.jsonl"))
    if records >= _RECORDS and files:
        return files, sorted(samples.glob("procedure-lists/*.xlsx")), "five files"
    made = folder / "made.jsonl"
    made.write_text(
        "".join(f"{json.dumps(made_up_record(n), ensure_ascii=False)}\n" for n in range(records)), "utf-8"
    )
    return [made], [], "our own making"


def made_up_record(number: int) -> dict[str, str]:
    """Return an invented record in the layout of the portal's pages."""
    code, name = f"9.{number:06}", f"Cấp giấy thử số {number}"
    ways = "".join(f"{way}{3 + number % 40} Ngày làm việcMiễn phí" for way in ("Trực tuyến", "Trực tiếp"))
    papers = "".join(f"Giấy tờ thử {part} của thủ tục {number}1 bản chính,1 bản sao" for part in range(6))
    return {
        "ma_thu_tuc": code,
        "ten_thu_tuc": name,
        "so_quyet_dinh": "1/QĐ-BT",
        "cap_thuc_hien": "Cấp tỉnh, Cấp xã",
        "linh_vuc": f"Lĩnh vực {number % 40}",
        "doi_tuong_thuc_hien": "Công dân Việt Nam",
        "trinh_tu_thuc_hien": "\n".join(f"Bước {part}: nộp, thẩm định, trả kết quả." for part in range(40)),
        "cach_thuc_thuc_hien": f"Hình thức nộpThời gianPhí, lệ phíMô tả{ways}",
        "thanh_phan_ho_so": f"--Tên giấy tờMẫu đơn, tờ khaiSố lượng{papers}",
        "can_cu_phap_ly": f"Tên văn bản pháp lýMã văn bảnThông tư thử {number}/2025/TT-BT",
        "raw_text": f"{name}Tên thủ tục{name}Mã thủ tục{code}Số quyết định1/QĐ-BT",
    }
