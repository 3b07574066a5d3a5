// What was not sent yet, kept in this tab for the pages that send by themselves: quizzes and
// conversations. Each record has at least the `address` and the `body` of what is to be sent, so that
// js/forget.js can hand it over to the server where somebody else is signed in. It is loaded before the
// scripts that use it.

const LONGEST_WAIT = 30_000;

window.kept = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, record) {
    try {
      sessionStorage.setItem(key, JSON.stringify(record));
    } catch {
      // No room, or not allowed here: the page itself still holds it.
    }
  },
  wipe(key) {
    sessionStorage.removeItem(key);
  },
  // How long to wait before the next try, after so many that failed.
  wait(failures) {
    return Math.min(LONGEST_WAIT, 1000 * 2 ** (failures - 1));
  },
};
