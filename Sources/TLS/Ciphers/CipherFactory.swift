/// Record ciphers from secrets.
enum CipherFactory {
    /// Keys of one traffic secret of TLS 1.3 (RFC 8446, section 7.3).
    static func tls13(_ suite: CipherSuite, secret: Secret) -> (any RecordCipher)? {
        guard secret.count == suite.digest.length,
            let key = KeyDerivation.expandLabel(secret, "key", digest: suite.digest, count: suite.keyLength),
            let iv = KeyDerivation.expandLabel(
                secret, "iv", digest: suite.digest, count: AEADCipher.ivLength(suite, tls13: true))
        else { return nil }
        return withExtendedLifetime((key, iv)) {
            AEADCipher(suite, form: .tls13, key: key.bytes, iv: iv.bytes)
        }
    }

    /// What TLS 1.2 makes keys from.
    struct Randoms {
        var client: [UInt8]
        var server: [UInt8]
    }

    /// Keys of one direction of TLS 1.2: the key block has MAC keys, keys and fixed nonces, the client's first each.
    static func tls12(
        _ suite: CipherSuite, master: Secret, _ randoms: Randoms, fromClient: Bool, encryptThenMAC: Bool
    ) -> (any RecordCipher)? {
        let (macLength, ivLength) = lengths(suite)
        guard
            let block = KeyDerivation.keyBlock(
                master: master, client: randoms.client, server: randoms.server, digest: suite.digest,
                count: 2 * (macLength + suite.keyLength + ivLength))
        else { return nil }
        return withExtendedLifetime(block) {
            cipher(suite, of: block, turn: fromClient ? 0 : 1, encryptThenMAC: encryptThenMAC)
        }
    }

    private static func cipher(
        _ suite: CipherSuite, of block: Secret, turn: Int, encryptThenMAC: Bool
    ) -> (any RecordCipher)? {
        let (macLength, ivLength) = lengths(suite)
        let key = suite.keyLength
        let macKey = block.part(turn * macLength, macLength)
        let keyPart = block.part(2 * macLength + turn * key, key)
        let iv = block.part(2 * (macLength + key) + turn * ivLength, ivLength)
        switch suite.protection {
        case .gcm: return AEADCipher(suite, form: .explicitNonce, key: keyPart, iv: iv)
        case .chacha: return AEADCipher(suite, form: .implicitNonce, key: keyPart, iv: iv)
        case .cbc: return CBCCipher(suite, encryptThenMAC: encryptThenMAC, key: keyPart, macKey: macKey)
        case .unsupported: return nil
        }
    }

    private static func lengths(_ suite: CipherSuite) -> (mac: Int, iv: Int) {
        if case .cbc(let mac) = suite.protection { return (mac.length, 0) }
        return (0, AEADCipher.ivLength(suite, tls13: false))
    }
}
