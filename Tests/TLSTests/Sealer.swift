import COpenSSL

@testable import TLS

/// Makes TLS 1.3 records with known secrets, to have them opened again.
final class Sealer {
    private var key: Secret
    private var iv: Secret
    private var secret: Secret
    private(set) var sequence: UInt64 = 0

    init(_ secret: [UInt8]) throws {
        self.secret = Secret(secret)
        (key, iv) = try Self.keys(self.secret)
    }

    private static func keys(_ secret: Secret) throws -> (Secret, Secret) {
        guard let key = KeyDerivation.expandLabel(secret, "key", digest: .sha256, count: 16),
            let iv = KeyDerivation.expandLabel(secret, "iv", digest: .sha256, count: 12)
        else { throw Failure() }
        return (key, iv)
    }

    struct Failure: Error {}

    func update() throws {
        guard let next = KeyDerivation.updated(secret, digest: .sha256) else { throw Failure() }
        secret = next
        (key, iv) = try Self.keys(next)
        sequence = 0
    }

    /// A record with AES-128-GCM.
    func record(_ content: [UInt8], type: UInt8 = 23, padding: Int = 0) -> [UInt8] {
        let inner = content + [type] + [UInt8](repeating: 0, count: padding)
        let length = inner.count + 16
        let header: [UInt8] = [23, 3, 3, UInt8(length >> 8), UInt8(length & 255)]
        var nonce = Array(iv.bytes)
        for i in 0..<8 { nonce[4 + i] ^= UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * i)) }
        sequence += 1
        var sealed = [UInt8](repeating: 0, count: inner.count)
        var tag = [UInt8](repeating: 0, count: 16)
        var count: Int32 = 0
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, Array(key.bytes), nonce)
        EVP_EncryptUpdate(context, nil, &count, header, Int32(header.count))
        EVP_EncryptUpdate(context, &sealed, &count, inner, Int32(inner.count))
        EVP_EncryptFinal_ex(context, &tag, &count)
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag)
        return header + sealed + tag
    }
}

/// A connection of TLS 1.3 with AES-128-GCM, hellos and all.
struct TestConnection {
    let clientTraffic = [UInt8](repeating: 3, count: 32)
    let serverTraffic = [UInt8](repeating: 4, count: 32)
    let random = [UInt8](repeating: 7, count: 32)

    var keyLog: String {
        """
        CLIENT_HANDSHAKE_TRAFFIC_SECRET \(text(random)) \(text([UInt8](repeating: 1, count: 32)))
        SERVER_HANDSHAKE_TRAFFIC_SECRET \(text(random)) \(text([UInt8](repeating: 2, count: 32)))
        CLIENT_TRAFFIC_SECRET_0 \(text(random)) \(text(clientTraffic))
        SERVER_TRAFFIC_SECRET_0 \(text(random)) \(text(serverTraffic))

        """
    }

    private func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, UInt8(body.count >> 16), UInt8(body.count >> 8 & 255), UInt8(body.count & 255)] + body
    }

    static func clear(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 3, 3, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    var clientHello: [UInt8] {
        let extensions: [UInt8] = [0, 43, 0, 3, 2, 3, 4] + [0, 0, 0, 8, 0, 6, 0, 0, 3] + Array("a.b".utf8)
        let body = [3, 3] + random + [0, 0, 2, 0x13, 0x01, 1, 0, 0, UInt8(extensions.count)] + extensions
        return Self.clear(22, Self.message(1, body))
    }

    var serverHello: [UInt8] {
        let body: [UInt8] = [3, 3] + [UInt8](repeating: 9, count: 32) + [0, 0x13, 0x01, 0, 0, 6, 0, 43, 0, 2, 3, 4]
        return Self.clear(22, Self.message(2, body))
    }

    /// The encrypted part of each side's handshake.
    func finished(client: Bool) throws -> [UInt8] {
        let sealer = try Sealer([UInt8](repeating: client ? 1 : 2, count: 32))
        return sealer.record(Self.message(20, [UInt8](repeating: 0, count: 32)), type: 22)
    }
}
