internal import ReportModel
internal import Vocabulary

/// The table `readiness`, alone in a document, and in the report.
extension JSONReportWriter {
    func readiness(_ json: inout JSONWriter, _ row: ReadinessRow) {
        json.field("client", row.client)
        json.field("clientId", row.clientId)
        json.field("software", row.software)
        json.field("softwareVersion", row.softwareVersion)
        json.field("softwareGuess", row.softwareGuess)
        json.objects("apis", row.apis, versions)
        json.objects("removed", row.removed, versions)
        json.object("broker") { json in
            json.field("version", row.brokerGuess)
            table(&json, "offered", row.offered, versions)
        }
        json.objects("servers", row.servers) { json, server in
            json.field("address", server.address)
            json.field("version", server.version)
        }
        json.objects("upgrades", row.upgrades, upgrade)
        seen(&json, row.seen)
    }

    private func upgrade(_ json: inout JSONWriter, _ row: UpgradeRow) {
        json.field("upgrade", row.upgrade.rawValue)
        json.field("outlook", row.outlook.rawValue)
        json.field("because", row.reason?.rawValue)
    }

    private func versions(_ json: inout JSONWriter, _ row: ApiVersionsRow) {
        json.field("api", row.api)
        json.field("minVersion", row.minVersion)
        json.field("maxVersion", row.maxVersion)
    }

    /// What `brokertap readiness --json` writes.
    public func writeReadiness() {
        let verdict = ReadinessVerdict(report)
        document { json in
            json.field("schema", "brokertap.readiness/1")
            json.object("tool", tool)
            json.field("outlook", verdict.brokersUpgrade.rawValue)
            json.field("verdict", ReadinessWords.verdict(verdict))
            json.objects("upgrades", Upgrade.allCases) { json, upgrade in
                json.field("upgrade", upgrade.rawValue)
                json.field("breaks", verdict.count(.breaks, of: upgrade))
                json.field("mayBreak", verdict.count(.mayBreak, of: upgrade))
                json.field("unknown", verdict.count(.unknown, of: upgrade))
                json.field("ready", verdict.count(.ready, of: upgrade))
            }
            json.field("encryptedConnections", verdict.encryptedConnections)
            json.field("doubts", CaptureDoubts(report: report).sentences)
            json.objects("readiness", verdict.rows, readiness)
        }
    }
}
