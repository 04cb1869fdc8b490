import COpenSSL

/// The numbers of one record that its protection covers.
struct RecordLabel {
    var type: UInt8
    var version: UInt16
}

/// Opens the records of one direction under one set of keys. Wrong keys, a wrong record number or changed bytes give nil.
protocol RecordCipher: AnyObject {
    /// Bytes that a record has beyond its plaintext; an estimate where there is padding.
    var overhead: Int { get }

    /// - Parameter target: has room for the whole body.
    /// - Returns: how many bytes of plaintext were written.
    func open(
        _ body: UnsafeBufferPointer<UInt8>, _ label: RecordLabel, sequence: UInt64,
        into target: UnsafeMutablePointer<UInt8>
    ) -> Int?
}

/// AES-GCM and ChaCha20-Poly1305, as TLS 1.3 (RFC 8446, section 5.2) and 1.2 (RFC 5288, RFC 7905) use them.
final class AEADCipher: RecordCipher {
    /// How nonce and additional data are made.
    enum Form {
        case tls13
        /// TLS 1.2, 8 bytes of the nonce in the record.
        case explicitNonce
        /// TLS 1.2, the nonce from the record's number.
        case implicitNonce
    }

    private static let tagLength = 16
    private static let nonceLength = 12
    private static let explicitLength = 8

    private let context: OpaquePointer
    private let form: Form
    private var nonce: [UInt8]
    private var data: [UInt8]

    init?(_ suite: CipherSuite, form: Form, key: UnsafeBufferPointer<UInt8>, iv: UnsafeBufferPointer<UInt8>) {
        guard let cipher = Self.cipher(suite), let context = EVP_CIPHER_CTX_new() else { return nil }
        self.context = context
        self.form = form
        nonce = Array(iv) + [UInt8](repeating: 0, count: max(0, Self.nonceLength - iv.count))
        data = [UInt8](repeating: 0, count: form == .tls13 ? 5 : 13)
        guard EVP_DecryptInit_ex(context, cipher, nil, nil, nil) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(Self.nonceLength), nil) == 1,
            EVP_DecryptInit_ex(context, nil, nil, key.baseAddress, nil) == 1
        else { return nil }
        iv0 = nonce
    }

    /// The nonce's fixed part.
    private var iv0: [UInt8] = []

    deinit {
        EVP_CIPHER_CTX_free(context)
        OPENSSL_cleanse(&iv0, iv0.count)
    }

    /// Length of the fixed part of the nonce that the key schedule gives.
    static func ivLength(_ suite: CipherSuite, tls13: Bool) -> Int {
        if case .gcm = suite.protection, !tls13 { return 4 }
        return nonceLength
    }

    private static func cipher(_ suite: CipherSuite) -> OpaquePointer? {
        switch suite.protection {
        case .gcm: suite.keyLength == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm()
        case .chacha: EVP_chacha20_poly1305()
        case .cbc, .unsupported: nil
        }
    }

    /// Header, tag, and in 1.3 the inner type, in 1.2 with GCM the nonce's part.
    var overhead: Int {
        switch form {
        case .tls13: 5 + Self.tagLength + 1
        case .explicitNonce: 5 + Self.explicitLength + Self.tagLength
        case .implicitNonce: 5 + Self.tagLength
        }
    }

    func open(
        _ body: UnsafeBufferPointer<UInt8>, _ label: RecordLabel, sequence: UInt64,
        into target: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        let before = form == .explicitNonce ? Self.explicitLength : 0
        let length = body.count - before - Self.tagLength
        guard length >= 0, let start = body.baseAddress else { return nil }
        setNonce(sequence, body)
        setData(label, sequence, bodyLength: body.count, plainLength: length)
        var written: Int32 = 0
        var end: Int32 = 0
        let tag = UnsafeMutableRawPointer(mutating: start + before + length)
        guard EVP_DecryptInit_ex(context, nil, nil, nil, nonce) == 1,
            EVP_DecryptUpdate(context, nil, &written, data, Int32(data.count)) == 1,
            EVP_DecryptUpdate(context, target, &written, start + before, Int32(length)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), tag) == 1,
            EVP_DecryptFinal_ex(context, target + Int(written), &end) == 1
        else { return nil }
        return length
    }

    private func setNonce(_ sequence: UInt64, _ body: UnsafeBufferPointer<UInt8>) {
        for i in 0..<Self.explicitLength {
            nonce[4 + i] =
                form == .explicitNonce
                ? body[i] : iv0[4 + i] ^ UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * i))
        }
    }

    private func setData(_ label: RecordLabel, _ sequence: UInt64, bodyLength: Int, plainLength: Int) {
        let at = form == .tls13 ? 0 : 8
        if form != .tls13 {
            for i in 0..<8 { data[i] = UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * i)) }
        }
        let length = form == .tls13 ? bodyLength : plainLength
        data[at] = label.type
        data[at + 1] = UInt8(label.version >> 8)
        data[at + 2] = UInt8(label.version & 255)
        data[at + 3] = UInt8(truncatingIfNeeded: length >> 8)
        data[at + 4] = UInt8(truncatingIfNeeded: length)
    }
}
