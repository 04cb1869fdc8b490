public import Vocabulary

/// A named value of a finding.
public struct Fact: Sendable {
    public var key: FactKey
    public var value: FactValue
    public init(_ key: FactKey, _ value: FactValue) {
        self.key = key
        self.value = value
    }
}

public enum FactValue: Sendable, Equatable {
    case text(String)
    case list([String])
    case number(Int)
    case milliseconds(Double)
    case time(CaptureTime)
    case flag(Bool)
}

/// The names of facts; raw values are the JSON keys inside a finding's `facts`.
public enum FactKey: String, Sendable, CaseIterable {
    // ends of connections
    case idleMs, connectionAgeMs, waitedMs, knownLimit, endedWithin, connectionsEnded, refusedAfterwards
    case alikeIdleMs, alikeAgeMs, alikeCount
    /// Bytes of an answer that was arriving when its client gave up.
    case answerArriving
    /// How long its client had had no room for an answer when the wait ended.
    case clientWindowClosedMs
    /// The connection was silent because its requests wait on purpose.
    case waitedOnPurpose
    /// What each end of a connection spoke, where that is not Kafka.
    case clientSpoke, serverSpoke
    /// Limits of devices that an idle time has passed, where it is near none.
    case passedLimits
    /// Connections that a gateway accepted and closed without a byte, since its broker was gone.
    case turnedAway
    /// Servers that the client reached while its path to one of them was dead.
    case reachedMeanwhile
    /// APIs that were late at the same server at the same time, to other hosts.
    case alsoLate
    /// The server behind a gateway, which ended both legs itself.
    case endedByGateway
    /// The server behind a gateway that had answered what the client waited for, and how soon.
    case answeredBehind, answeredBehindMs
    /// The host in whose name a reset was forged that is not the server's.
    case resetInNameOf
    /// Two captures show it: one a packet that left, the other that it never came.
    case seenElsewhere
    /// The port is a KRaft controller's: it offers no Metadata.
    case controllerPort
    case outageMs, lostTotal, ttlSeen, ttlOfReset, requestBytes, apiName, apiVersion, offeredVersions
    /// How long nothing that the client sent was acknowledged, though it was sent again.
    case unacknowledgedMs
    /// Nothing of the connection passed any more, while a new one between the same two hosts was served.
    case flowForgotten
    /// One client host lost its connections to several servers at once, and theirs to others went on.
    case flowsFlushed
    /// A member sent nothing at all meanwhile, not even a heartbeat.
    case processSilent
    case closeKind, lostFrom, upstream, tcpAcknowledged, livingConnections, livingAtServer, firstBytes, bytesSeen,
        errorBefore, listener
    /// The clients of one host that share a finding, where there are several.
    case clientIds
    // sign-in
    case mechanism, mechanismsOffered, brokerMessage, principal, handshakeVersion, attempts, attemptsPerMinute
    /// What the KDC answered the client meanwhile, who that is, and for which service.
    case kdcError, kdc, kdcService, kdcRealm
    /// The same client, user and mechanism were accepted so long before the refusal, and after it.
    case acceptedBeforeMs, acceptedAfterMs
    /// From when on the server accepted what it had refused.
    case acceptedSince
    case stage, sessionLifetimeMs, tokenIssuer, tokenAudience, tokenExpires
    // addresses
    case advertisedHost, advertisedPort, resolvedTo, dnsResult, toldBy, tried, attemptCount, synCount, reachedBy,
        failedFrom
    /// How often the client asked for the address's hardware address, in vain.
    case neighbourQuestions
    /// Where the same name leads other clients, whose resolvers give them another address at which they are served; who they are.
    case resolvesElsewhere, resolvedFor
    /// Other addresses of the same name, at which clients were served.
    case otherAddresses
    case clusterId, clusterIdBefore, icmp, suggestedListener, bootstrapAddress, tellsOthers, sameHost
    /// What each client id cannot do while the address is dead, and those that wait for it alone.
    case cutOff, standsStill
    /// A broker was gone, and had not come back when the capture ended.
    case lastsToTheEnd
    /// Requests that wait at a broker that had gone on.
    case waitingNow
    // responses
    case topics, partitions, group, responses, errorCode, throttleMsMax, throttleMsTotal, p50Ms, p99Ms, maxMs
    case usualMs, members, generation, trigger, durationMs, connectionsPerMinute, acks, idempotent
    /// The servers at which the requests were lost that an error follows from.
    case follows
    /// Batches of a plain producer that were sent again while the first waited or was refused, by partition; whether two offsets prove
    /// that both are stored; and how many records are in them.
    case doubledBatches, doubledIn, storedTwice, doubledRecords
    /// Batches that were refused and not sent again.
    case notRepeated
    /// A reader's offset was out of range: the offsets that it passed over, how many, and by partition from the one that it asked for
    /// to the one where it went on.
    case skippedOffsets, skips
    /// Offsets that a group had committed and the coordinator no longer knew, by partition; what was read again for it: how many
    /// offsets, and by partition from where to where.
    case lostOffsets, rereadOffsets, rereads
    /// Names for which the same server completes handshakes.
    case namesServed
    case retriable, healed, tlsVersion, serverName, certificateNames, certificateBegins, certificateEnds, cipher
    // groups
    /// Members that did not join while a group stood still, and waited for them; who the others waited for in one rebalance; whom a rebalance left behind, and why; what set it off (`RebalanceTrigger`).
    /// How often a program was in the group and out again, and how long apart.
    case stays, everyMs
    /// The leader of a rebalance never told who reads what, and these members waited for that.
    case assignmentAwaitedBy
    case waitedFor, heldUpBy, leftMembers, memberTrigger, lagRecords, grewBy, standstillMs, heldBackBy
    /// How often a member fetched anew from the same offset, and from which.
    case refetches, refetchedOffset
    /// How often a commit behind that offset was refused.
    case commitsRefusedBehind
    /// A group's type (`GroupType`), where it is no ordinary one.
    case groupType
    /// Records beyond a high watermark that stood still, and that watermark, by partition.
    case unreadable, highWatermarks
    // network-path
    /// Data segments of a path, how many of them were sent again, and how many of these late.
    case segments, resentSegments, lateResends
    /// Of attempts at a server, how many were accepted only when their SYN had been sent again.
    case acceptedLate
    /// Whom the silent host, or the other one, served meanwhile.
    case servedMeanwhile
    /// Of two hosts between which nothing passed the one that was silent: it may have stood still as a whole.
    case hostMayHaveStood
    /// A later part of the response arrived, and an earlier one never did: the client's acknowledgements stop before it.
    case answerLostOnWay
    /// The server had answered, and the client's TCP never got any of it.
    case answerUnheard
    /// Each late response was the first on a new connection.
    case firstOnConnection
    /// The requests were sent before the capture began; so many of their clients had closed the connection before the responses came.
    /// Their hosts, where there are several.
    case sentBeforeCapture, gaveUpBefore, hosts
    /// So much of a wait went on the way: the request was acknowledged as late, while its server's host spoke.
    case wayTookMs
    // outages
    /// Where the same node answered clients all the while; it had moved its leadership away before it stopped.
    case nodeServesAt, stoppedInOrder
    /// Connections at work that the server's side ended, nothing being lost: at how many moments all at once, or all at what age; of how
    /// many client hosts.
    case droppedMoments, droppedAtAgeMs, hostsHit
    /// Of the hosts that lost connections at one server: how many connections they had there, and how many of the others were served.
    case connectionsOfHosts, connectionsServed
    /// None of those lost had got a response.
    case beforeFirstResponse
    /// Brokers that refused everybody until the capture ended; since the stop of the last of them.
    case notBack, downSince
    /// It had answered nothing for so long when it stopped, though requests waited.
    case silentBeforeMs
    /// Only Produces were late, and every slow partition has a replica on that node.
    case slowFollower
    /// How often it stood still, and worked in between (the longest: `standstillMs`); it was not seen to go on; it answered
    /// the start of connections, and nothing else.
    case standstills, notSeenToGoOn, onlySetup
    // protocol-violation
    /// No response of its connections could be read.
    case noneReadable
    // overdue answers
    /// Younger requests of its connection were answered; the server's window is closed.
    case passedOver, windowClosed
    /// Bytes of the smallest segment that never got through.
    case segmentBytes
    // client-settings
    /// What a Fetch lets the broker wait.
    case maxWaitMs
    /// Bytes of the smallest answer that the client would not take.
    case answerBytes
    // acknowledged-lost
    /// The offsets that were given out twice, by partition, and who gave them out first.
    case offsets, leaderBefore
    // identity-conflict
    /// The names that two programs use, and who took them over.
    case identities, takenOverBy
    // captures
    case whatIsMissing, bytesMissing, packetsDropped, fault, faultOffset, sawInstead
}
