import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import TLS

/// How each address of a broker lets clients in.
@Suite struct ListenerTests {
    private func rows(_ change: (inout SmallCase, ConnectionRecord) -> Void) -> [ListenerRow] {
        var small = SmallCase()
        let record = small.works(at: SmallCase.brokers[0], from: 1, to: 5)
        record.tcp.synFrame = record.tcp.firstFrame
        change(&small, record)
        return Listeners(small.file, capture: small.file).rows
    }

    @Test func plainTextLetsAnybodyIn() {
        let rows = rows { _, _ in }
        #expect(rows.count == 1 && rows[0].server == SmallCase.brokers[0] && rows[0].protocols == [.plaintext])
        #expect(rows[0].anonymous == 1 && rows[0].certificates.isEmpty && rows[0].clientCertificates == nil)
    }

    @Test func whoSignsInIsSomebody() {
        let rows = rows { small, record in
            record.signIn.stage = .succeeded
            record.signIn.mechanism = small.text("PLAIN")
            record.signIn.tokensFromClient = 1
        }
        #expect(rows[0].protocols == [.saslPlaintext] && rows[0].mechanisms == ["PLAIN"])
        #expect(rows[0].anonymous == 0 && rows[0].passwordsInClear == 1)
    }

    /// TLS that nobody opened: who is inside, and whether they sign in, is not known.
    @Test func closedTLSIsNotJudged() {
        let rows = rows { _, record in
            record.kafka = KafkaFacts()
            record.tls.clientRecords = 5
            record.tls.version = 0x0304
        }
        #expect(rows[0].protocols == [.tls] && rows[0].tlsVersions == ["TLS 1.3"])
        #expect(rows[0].anonymous == 0 && rows[0].clientCertificates == nil)
    }

    @Test func theLastCertificateIsTold() {
        let rows = rows { _, record in
            record.tls.clientRecords = 5
            record.tls.version = 0x0303
            var certificate = CertificateFacts()
            (certificate.subject, certificate.selfSigned) = ("kafka-1", true)
            (certificate.notBefore, certificate.notAfter) = (1, .max)
            record.tls.handshake.serverCertificates = [certificate]
            record.tls.handshake.clientCertificateEmpty = false
        }
        let certificates = rows.flatMap(\ListenerRow.certificates)
        #expect(
            certificates.count == 1 && certificates.first?.subject == "kafka-1"
                && certificates.first?.selfSigned == true)
        #expect(certificates.first?.notAfter == nil && rows[0].clientCertificates == 1)
        #expect(rows[0].anonymous == 0)
    }

    /// Attempts that were refused, and what speaks no Kafka, are no listeners.
    @Test func whatIsNotKafkasIsNoListener() {
        let rows = rows { small, _ in
            small.fails(at: SmallCase.brokers[1], from: 1)
            let other = small.works(at: "10.0.0.9:443", from: 1, to: 2)
            other.kafka = KafkaFacts()
            other.tls.clientRecords = 3
        }
        #expect(rows.count == 1 && rows[0].server == SmallCase.brokers[0])
    }
}
