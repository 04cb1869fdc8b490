import COpenSSL

/// Keys from secrets: the key schedules of TLS 1.3 and 1.2, each step done by libcrypto.
enum KeyDerivation {
    /// HKDF-Expand-Label without context (RFC 8446, section 7.1).
    static func expandLabel(_ secret: Secret, _ label: String, digest: Digest, count: Int) -> Secret? {
        let name = Array("tls13 \(label)".utf8)
        let info = [UInt8(count >> 8 & 255), UInt8(count & 255), UInt8(name.count)] + name + [0]
        var fine = false
        let result = Secret(count: count) { target in
            let status = digest.name.withCString {
                brokertap_hkdf_expand(
                    $0, secret.bytes.baseAddress, secret.count, info, info.count, target.baseAddress, count)
            }
            fine = status == 1
        }
        return fine ? result : nil
    }

    /// The secret after a KeyUpdate (RFC 8446, section 7.2).
    static func updated(_ secret: Secret, digest: Digest) -> Secret? {
        expandLabel(secret, "traffic upd", digest: digest, count: digest.length)
    }

    /// The PRF of TLS 1.2 (RFC 5246, section 5).
    static func prf(_ secret: Secret, _ label: String, seed: [UInt8], digest: Digest, count: Int) -> Secret? {
        let whole = Array(label.utf8) + seed
        var fine = false
        let result = Secret(count: count) { target in
            let status = digest.name.withCString {
                brokertap_tls12_prf(
                    $0, secret.bytes.baseAddress, secret.count, whole, whole.count, target.baseAddress, count)
            }
            fine = status == 1
        }
        return fine ? result : nil
    }

    /// The key block of TLS 1.2 (RFC 5246, section 6.3).
    static func keyBlock(master: Secret, client: [UInt8], server: [UInt8], digest: Digest, count: Int) -> Secret? {
        prf(master, "key expansion", seed: server + client, digest: digest, count: count)
    }
}

/// The hash functions of the cipher suites.
enum Digest: UInt8, Sendable {
    case sha1, sha256, sha384

    /// Its name in libcrypto.
    var name: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        }
    }

    /// Bytes of its output.
    var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        }
    }
}
