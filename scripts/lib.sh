# Shared by the other scripts, which source it.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p .local

fail() { printf '%s: %s\n' "$0" "$1" >&2; exit 1; }

# Installs the Debian packages of missing commands: command=package ...
need() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} = 0 ] && return
  local apt=(apt-get -qq -o=Dpkg::Use-Pty=0)
  [ "$(id -u)" = 0 ] || apt=(sudo "${apt[@]}")
  echo "installing ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  { "${apt[@]}" update && "${apt[@]}" install -y "${missing[@]}"; } >&2 || fail "${missing[*]} could not be installed"
}

command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
command -v cargo >/dev/null || fail "a Rust toolchain is needed: cargo was not found"

TARGET=${CARGO_TARGET_DIR:-target}

# Prints the sealing key of the private database; makes one the first time.
sealing_key() {
  [ -s .local/sealing-key ] || (umask 077 && "$1" keys generate >.local/sealing-key)
  cat .local/sealing-key
}
