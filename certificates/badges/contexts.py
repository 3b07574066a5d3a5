"""The words that badges are written in: JSON-LD contexts, pinned, and never fetched.

PyLD brings that of W3C along. That of 1EdTech is in `contexts/`, by its hash: two files went
round as 3.0.3.
"""

from __future__ import annotations

from pathlib import Path

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DIDS = "https://www.w3.org/ns/did/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"

OPEN_BADGES_FILE = Path(__file__).parent / "contexts" / "open-badges-3.0.3.json"
PINNED = {  # the hashes of what they say, however a file has it laid out
    CREDENTIALS: "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf",
    OPEN_BADGES: "04b1136ddc4eda9a8966bc7ef182789f233a26739473140ef75d6968c29a2966",
}
