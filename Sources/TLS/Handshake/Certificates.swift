import COpenSSL
import Vocabulary

/// The certificate message: in TLS 1.2 a list of certificates, in 1.3 with a context before and extensions behind each
/// (RFC 5246, section 7.4.2; RFC 8446, section 4.4.2).
enum CertificateMessage {
    private static let kept = 8

    /// The certificates, DER; nil where the message is damaged. Empty: the sender has none.
    static func certificates(_ body: UnsafeBufferPointer<UInt8>, tls13: Bool) -> [UnsafeBufferPointer<UInt8>]? {
        var reader = ByteReader(body)
        if tls13, reader.vector(1) == nil { return nil }
        guard var list = reader.vector(3).map(ByteReader.init) else { return nil }
        var found: [UnsafeBufferPointer<UInt8>] = []
        while !list.isEmpty, found.count < kept {
            guard let certificate = list.vector(3) else { return nil }
            if tls13, list.vector(2) == nil { return nil }
            found.append(certificate)
        }
        return found
    }
}

/// Reads a certificate by libcrypto.
enum CertificateReader {
    private static let namesKept = 32

    static func facts(_ der: UnsafeBufferPointer<UInt8>) -> CertificateFacts? {
        var cursor = der.baseAddress
        guard let certificate = d2i_X509(nil, &cursor, der.count) else {
            ERR_clear_error()
            return nil
        }
        defer { X509_free(certificate) }
        var facts = CertificateFacts()
        facts.subject = commonName(X509_get_subject_name(certificate))
        facts.issuer = commonName(X509_get_issuer_name(certificate))
        facts.selfSigned = X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0
        facts.notBefore = seconds(X509_get0_notBefore(certificate))
        facts.notAfter = seconds(X509_get0_notAfter(certificate))
        readKey(certificate, &facts)
        readNames(certificate, &facts)
        ERR_clear_error()
        return facts
    }

    /// The common name, or else the whole name in one line.
    private static func commonName(_ name: OpaquePointer?) -> String? {
        guard let name else { return nil }
        let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard index >= 0, let text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else {
            var line = [CChar](repeating: 0, count: 256)
            guard X509_NAME_oneline(name, &line, Int32(line.count)) != nil else { return nil }
            return String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        var utf8: UnsafeMutablePointer<UInt8>?
        let length = ASN1_STRING_to_UTF8(&utf8, text)
        defer { CRYPTO_free(utf8, nil, 0) }
        guard length > 0, let utf8 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: utf8, count: min(Int(length), 256)), as: UTF8.self)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return CalendarTime.secondsSince1970(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec)) ?? 0
    }

    private static func readKey(_ certificate: OpaquePointer, _ facts: inout CertificateFacts) {
        guard let key = X509_get0_pubkey(certificate) else { return }
        facts.keyBits = Int(EVP_PKEY_get_bits(key))
        if let name = EVP_PKEY_get0_type_name(key) { facts.keyType = String(cString: name) }
    }

    private static func readNames(_ certificate: OpaquePointer, _ facts: inout CertificateFacts) {
        guard let names = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return }
        let list = OpaquePointer(names)
        defer { GENERAL_NAMES_free(list) }
        for i in 0..<min(brokertap_name_count(list), Int32(namesKept)) {
            var start: UnsafePointer<UInt8>?
            var length: Int32 = 0
            let type = brokertap_name(list, i, &start, &length)
            guard let start, length > 0, length <= 255 else { continue }
            let bytes = UnsafeBufferPointer(start: start, count: Int(length))
            if type == GEN_DNS { facts.dnsNames.append(String(decoding: bytes, as: UTF8.self)) }
            if type == GEN_IPADD, let address = address(bytes) { facts.addresses.append(address) }
        }
    }

    private static func address(_ bytes: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        func number(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: return IPAddress(v4: UInt32(truncatingIfNeeded: number(bytes[...])))
        case 16: return IPAddress(v6High: number(bytes[..<8]), low: number(bytes[8...]))
        default: return nil
        }
    }
}
