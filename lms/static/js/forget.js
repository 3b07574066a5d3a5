// On pages for visitors: whatever this tab kept for somebody who has signed out is wiped, so
// that nothing stays behind on a shared computer.
for (const key of Object.keys(sessionStorage)) {
  if (key.startsWith("peerwork:attempt:")) sessionStorage.removeItem(key);
}
