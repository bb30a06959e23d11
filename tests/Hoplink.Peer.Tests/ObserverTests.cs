using System.Text.Json;
using Hoplink.Peer.Demo;

namespace Hoplink.Peer.Tests;

/// <summary>What the demo makes of the events of its peer and its device: what was lost has to be what was reported as lost.</summary>
public sealed class ObserverTests
{
    private static readonly Scenario _scenario = new() { Name = "test", Fault = "none", Inject = _ => Task.CompletedTask };

    private readonly Observer _observer = new();

    public ObserverTests()
    {
        Device("""{"event":"connected","linkId":"a","resumed":false}""");
        Peer("""{"event":"connected","linkId":"a","resumed":false}""");
    }

    [Fact]
    public void What_comes_back_is_neither_lost_nor_reported()
    {
        Exchange(0, 1, 2);

        AssertOutcome(reported: 0, lost: 0);
    }

    [Fact]
    public void A_loss_that_is_reported_by_its_number_is_no_silent_loss()
    {
        Exchange(0);
        Sent(1);
        Sent(2);
        Exchange(3);
        Lost("peer", first: 1, count: 2);

        AssertOutcome(reported: 2, lost: 0);
    }

    [Fact]
    public void The_report_of_another_message_does_not_cover_a_silent_loss()
    {
        Exchange(0);
        Sent(1);
        SentOther();
        Exchange(2);

        // Number 2 on the link is the message that is no test message.
        Lost("peer", first: 2, count: 1);

        AssertOutcome(reported: 0, lost: 1);
    }

    [Fact]
    public void A_report_may_come_before_the_message_was_seen_to_be_sent()
    {
        Lost("peer", first: 0, count: 1);
        Sent(0);

        AssertOutcome(reported: 1, lost: 0);
    }

    [Fact]
    public void A_loss_on_the_way_back_is_matched_with_what_the_peer_returned()
    {
        SentOther();
        Peer("""{"event":"message","linkId":"a"}""");
        Sent(0);
        Arrived(0);
        Sent(1);
        Arrived(1);
        Lost("device", first: 1, count: 1);

        AssertOutcome(reported: 1, lost: 1);
    }

    [Fact]
    public void What_a_dead_peer_had_acknowledged_may_be_gone_and_everything_else_is_sent_again()
    {
        Exchange(0);
        Sent(1);
        Sent(2);
        Restart(kept: 1);
        Arrived(2);
        Returned(2);

        AssertOutcome(reported: 1, lost: 0);
    }

    [Fact]
    public void What_a_dead_peer_had_not_acknowledged_has_to_arrive()
    {
        Exchange(0);
        Sent(1);
        Sent(2);
        Restart(kept: 2);
        Arrived(2);
        Returned(2);

        AssertOutcome(reported: 0, lost: 1);
    }

    [Fact]
    public void What_the_new_peer_has_to_send_back_has_to_arrive()
    {
        Exchange(0);
        Sent(1);
        Restart(kept: 1);
        Arrived(1);

        AssertOutcome(reported: 0, lost: 1);
    }

    [Fact]
    public void After_a_restart_the_numbers_are_those_of_the_new_link()
    {
        Exchange(0, 1);
        Sent(2);
        Sent(3);
        Restart(kept: 2);
        Lost("peer", first: 0, count: 1, linkId: "b");
        Arrived(3);
        Returned(3);

        AssertOutcome(reported: 1, lost: 0);
    }

    [Fact]
    public void A_restarted_link_excuses_nothing_while_its_peer_lives()
    {
        Sent(0);
        Device("""{"event":"linkRestarted","linkId":"b","count":0}""");

        AssertOutcome(reported: 0, lost: 1);
    }

    private void AssertOutcome(int reported, int lost)
    {
        Outcome outcome = _observer.Conclude(_scenario, null);
        Assert.Equal((reported, lost), (outcome.Reported, outcome.Lost));
        Assert.Equal(lost == 0, outcome.IsGood);
    }

    private void Exchange(params uint[] numbers)
    {
        foreach (uint number in numbers)
        {
            Sent(number);
            Arrived(number);
            Returned(number);
        }
    }

    private void Restart(int kept)
    {
        _observer.OnPeerRestarted();
        Device($$"""{"event":"linkRestarted","linkId":"b","count":{{kept}}}""");
        Device("""{"event":"connected","linkId":"b","resumed":false}""");
        Peer("""{"event":"connected","linkId":"b","resumed":false}""");
    }

    private void Sent(uint number) => Device($$"""{"event":"sent","type":"testPattern","index":{{number}}}""");

    private void SentOther() => Device("""{"event":"sent","type":"recoveryEvent"}""");

    private void Arrived(uint number) => Peer($$"""{"event":"message","linkId":"a","pattern":{{number}}}""");

    private void Returned(uint number) => Device($$"""{"event":"received","index":{{number}}}""");

    private void Lost(string end, uint first, int count, string linkId = "a")
    {
        string line = $$"""{"event":"messagesLost","linkId":"{{linkId}}","first":{{first}},"count":{{count}}}""";
        if (end == "peer")
        {
            Peer(line);
        }
        else
        {
            Device(line);
        }
    }

    private void Device(string line) => Give(line, _observer.OnDevice);

    private void Peer(string line) => Give(line, _observer.OnPeer);

    private static void Give(string line, Action<JsonElement> to)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        to(document.RootElement);
    }
}
