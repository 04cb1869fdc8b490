import COpenSSL

/// AES-CBC with HMAC as TLS 1.2 uses it (RFC 5246, section 6.2.3.2), or with the MAC over the ciphertext (RFC 7366).
final class CBCCipher: RecordCipher {
    private static let blockLength = 16
    private static let headerLength = 13

    private let context: OpaquePointer
    private let mac: OpaquePointer
    private let macLength: Int
    private let encryptThenMAC: Bool
    private var digest: [UInt8]

    init?(
        _ suite: CipherSuite, encryptThenMAC: Bool, key: UnsafeBufferPointer<UInt8>, macKey: UnsafeBufferPointer<UInt8>
    ) {
        guard case .cbc(let hash) = suite.protection, let context = EVP_CIPHER_CTX_new() else { return nil }
        guard let mac = hash.name.withCString({ brokertap_hmac_new($0, macKey.baseAddress, macKey.count) }) else {
            EVP_CIPHER_CTX_free(context)
            return nil
        }
        (self.context, self.mac, self.encryptThenMAC) = (context, mac, encryptThenMAC)
        macLength = hash.length
        digest = [UInt8](repeating: 0, count: 64)
        let cipher = suite.keyLength == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc()
        guard EVP_DecryptInit_ex(context, cipher, nil, key.baseAddress, nil) == 1 else { return nil }
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
        EVP_MAC_CTX_free(mac)
    }

    /// Header, initialisation vector, MAC, and half a block of padding.
    var overhead: Int { 5 + Self.blockLength + macLength + Self.blockLength / 2 }

    func open(
        _ body: UnsafeBufferPointer<UInt8>, _ label: RecordLabel, sequence: UInt64,
        into target: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        let outerMAC = encryptThenMAC ? macLength : 0
        let length = body.count - outerMAC - Self.blockLength
        guard length >= Self.blockLength, length % Self.blockLength == 0, let start = body.baseAddress else {
            return nil
        }
        if encryptThenMAC {
            let covered = UnsafeBufferPointer(start: start, count: body.count - macLength)
            guard verify(covered, label, sequence, against: start + covered.count) else { return nil }
        }
        var written: Int32 = 0
        guard EVP_DecryptInit_ex(context, nil, nil, nil, start) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1,
            EVP_DecryptUpdate(context, target, &written, start + Self.blockLength, Int32(length)) == 1,
            Int(written) == length
        else { return nil }
        return stripped(target, length, label, sequence)
    }

    /// The plaintext's length without padding and MAC.
    private func stripped(_ plain: UnsafeMutablePointer<UInt8>, _ length: Int, _ label: RecordLabel, _ sequence: UInt64)
        -> Int?
    {
        let padding = Int(plain[length - 1]) + 1
        let innerMAC = encryptThenMAC ? 0 : macLength
        guard padding + innerMAC <= length else { return nil }
        for i in (length - padding)..<length where plain[i] != UInt8(padding - 1) { return nil }
        let content = length - padding - innerMAC
        if encryptThenMAC { return content }
        return verify(UnsafeBufferPointer(start: plain, count: content), label, sequence, against: plain + content)
            ? content : nil
    }

    private func verify(
        _ covered: UnsafeBufferPointer<UInt8>, _ label: RecordLabel, _ sequence: UInt64,
        against expected: UnsafePointer<UInt8>
    ) -> Bool {
        var header = [UInt8](repeating: 0, count: Self.headerLength)
        for i in 0..<8 { header[i] = UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * i)) }
        (header[8], header[9], header[10]) = (label.type, UInt8(label.version >> 8), UInt8(label.version & 255))
        (header[11], header[12]) = (
            UInt8(truncatingIfNeeded: covered.count >> 8), UInt8(truncatingIfNeeded: covered.count)
        )
        var count = 0
        guard EVP_MAC_init(mac, nil, 0, nil) == 1, EVP_MAC_update(mac, header, header.count) == 1,
            covered.isEmpty || EVP_MAC_update(mac, covered.baseAddress, covered.count) == 1,
            EVP_MAC_final(mac, &digest, &count, digest.count) == 1, count == macLength
        else { return false }
        return CRYPTO_memcmp(digest, expected, macLength) == 0
    }
}
