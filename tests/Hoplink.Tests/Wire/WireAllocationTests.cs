using Hoplink.Wire;

namespace Hoplink.Tests.Wire;

public sealed class WireAllocationTests
{
    [Fact]
    public void Reading_and_writing_a_datagram_allocates_nothing()
    {
        byte[][] datagrams = [.. DatagramKind.All.Select(k => HeaderTests.Datagram(k.Header(k.Sizes[0])))];
        Header header = new();
        DropCounters counters = new();
        SynPayload syn = new();
        SynAckPayload synAck = new();
        DataPayload data = new();
        AckPayload ack = new();
        HeartbeatPayload heartbeat = new();
        RekeyRequest rekeyRequest = new();
        RekeyResponse rekeyResponse = new();
        RepairResponse repair = new();
        byte[] buffer = new byte[1232];
        Allocation.AssertNone(() =>
        {
            foreach (byte[] datagram in datagrams)
            {
                counters.Count(Header.Read(datagram, 0, datagram.Length, header));
                counters.Count(Header.Read(datagram, 0, 10, header));
                header.Write(buffer, 0);
            }

            counters.Count(syn.Read(buffer, 26));
            syn.Write(buffer, 26);
            counters.Count(synAck.Read(buffer, 26));
            synAck.Write(buffer, 26);
            counters.Count(data.Read(buffer, 26, 100));
            data.Write(buffer, 26);
            counters.Count(ack.Read(buffer, 26, 8));
            ack.Write(buffer, 26);
            counters.Count(heartbeat.Read(buffer, 26));
            heartbeat.Write(buffer, 26);
            counters.Count(rekeyRequest.Read(buffer, 26));
            rekeyRequest.Write(buffer, 26);
            counters.Count(rekeyResponse.Read(buffer, 26));
            rekeyResponse.Write(buffer, 26);
            counters.Count(repair.Read(buffer, 26));
            repair.Write(buffer, 26);
        });
    }
}
