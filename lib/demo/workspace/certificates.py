"""A certificate authority of our own, for `localhost` and 127.0.0.1, made when it is needed."""

import ipaddress
import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path

from lib.config import trusted_bundle

LIFE = timedelta(days=30)


def make(folder: Path) -> Path:
    """Write `ca.pem`, `server.pem` and `server.key` to `folder`, unless fresh ones are there; returns the CA's file."""
    from cryptography import x509

    ca_file = folder / "ca.pem"
    if ca_file.exists() and (folder / "server.key").exists():
        ends = x509.load_pem_x509_certificate(ca_file.read_bytes()).not_valid_after_utc
        if ends - datetime.now(timezone.utc) > LIFE / 4:
            return ca_file
    _write(folder)
    return ca_file


def bundle(ca_file: Path, path: Path) -> Path:
    """Write to `path` what is trusted anyway, and our authority."""
    import certifi

    usual = Path(trusted_bundle() or certifi.where())
    known = usual.read_bytes() if usual.is_file() and usual != path else b""
    path.write_bytes(known.rstrip() + b"\n" + ca_file.read_bytes())
    return path


def context(folder: Path) -> ssl.SSLContext:
    """What the server shakes hands with."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(folder / "server.pem", folder / "server.key")
    return found


def _write(folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(common_name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])

    now = datetime.now(timezone.utc)

    def builder(subject: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("Lakeledger loopback CA"))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + LIFE)
        )

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        builder("Lakeledger loopback CA", ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    server = (
        builder("localhost", key.public_key())
        .add_extension(hosts, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "server.key").touch(mode=0o600)
    (folder / "server.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "server.pem").write_bytes(server.public_bytes(pem) + ca.public_bytes(pem))
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
