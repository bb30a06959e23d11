using Hoplink.Crypto;
using Hoplink.Recovery;
using Hoplink.Tests.Crypto;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Secrets;

/// <summary>
/// That no key bytes stay in any object that the library holds once they are used up (protocol.md 3.2, 12, 13.1). What stays by design is
/// of the pre-shared key (k_psk, psk_mix: the next handshake needs them), the peer's reset secret, and a key pair that was made ready and
/// has agreed on nothing yet (9.4). Each path is gone for each provider: it is the provider that holds the keys.
/// </summary>
public sealed class WipingTests : SimulationTest
{
    private readonly SecretLog _log = new();

    public static TheoryData<string> Names => Providers.Names;

    public static MatrixTheoryData<string, bool> NamesAndEnds => new([Providers.Managed, Providers.Platform, Providers.Esp32], [true, false]);

    [Theory]
    [MemberData(nameof(Names))]
    public void After_a_close_nothing_is_left(string provider)
    {
        Pair s = Connected(provider);
        s.Traffic(20);
        s.RunUntilQuiet();
        s.Device.Close();
        s.World.RunFor(15 * World.Second);
        Assert.Equal(LinkState.Closed, s.Device.Link.State);
        AssertGone(s, _log.Exchanges.SelectMany(exchange => exchange.Everything));
        AssertGone(s, [new Secret("psk", s.Psk(), SecretForm.HmacKey), .. _log.PrivateKeys], peerToo: false);
    }

    [Theory]
    [MemberData(nameof(NamesAndEnds))]
    public void After_L4_nothing_is_left_of_the_session(string provider, bool atDevice)
    {
        Pair s = Connected(provider);
        s.Traffic(20);
        s.RunUntilQuiet();
        ulong session = s.Device.Link.SessionId;
        s.On(atDevice, (link, now) => link.Faults.Terminate(now));
        s.Await(() => s.Device.Events.Has(LinkEventKind.Terminated) && s.Peer.Events.Has(LinkEventKind.Terminated), World.Second, "no L4");
        AssertGone(s, _log.Exchanges.SelectMany(exchange => exchange.Everything));
        KeyExchange[] old = [.. _log.Exchanges];

        // The next session brings nothing back.
        s.AwaitOtherSession(session, World.Minute);
        s.World.RunFor(5 * World.Second);
        AssertGone(s, old.SelectMany(exchange => exchange.Everything));
    }

    [Theory]
    [MemberData(nameof(NamesAndEnds))]
    public void Two_seconds_after_a_rekey_nothing_is_left_of_the_old_epoch(string provider, bool byDevice)
    {
        Pair s = Connected(provider);
        s.Traffic(100, 20 * World.Millisecond);
        s.On(byDevice, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.Device.Events.Has(LinkEventKind.Rekeyed) && s.Peer.Events.Has(LinkEventKind.Rekeyed), 5 * World.Second, "no rekey");
        s.World.RunFor(3 * World.Second);
        Assert.Equal(2, _log.Exchanges.Count);
        Secret[] live = [.. _log.Exchanges[1].EpochKeys, .. _log.Exchanges[0].RecoveryKeys.Skip(1)];
        AssertGone(s, _log.Exchanges[0].EpochKeys);
        AssertUsedUp(s, provider, _log.Exchanges, live);

        // The session goes on under the others.
        Assert.All(live, secret => Assert.Equal(2, _log.CountUsable(secret)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void After_a_rekey_that_never_succeeds_and_the_L4_that_it_leads_to_nothing_is_left(string provider)
    {
        Pair s = Connected(provider);
        s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.Device.Events.Has(LinkEventKind.Terminated) && s.Peer.Events.Has(LinkEventKind.Terminated), 2 * World.Minute, "no L4");
        Assert.True(_log.Exchanges.Count >= 3);
        AssertGone(s, _log.Exchanges.SelectMany(exchange => exchange.Everything));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void After_a_half_open_session_has_expired_nothing_is_left_of_it(string provider)
    {
        Pair s = Make(provider);
        s.Network.Tap(p => p.Kind == DatagramKind.SynAck, _ => Verdict.Drop);
        s.Device.Connect();
        s.World.RunFor(5 * World.Second);
        Assert.NotEmpty(_log.Exchanges.Single().Block);
        s.Device.Close();
        s.World.RunFor(100 * World.Second);
        AssertGone(s, _log.Exchanges.SelectMany(exchange => exchange.Everything));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_link_that_is_closed_during_its_key_agreement_keeps_nothing_of_it(string provider)
    {
        Pair s = Make(provider, o => o.DeviceJobMicros = 9 * World.Second);
        s.Device.Connect();
        s.Await(() => _log.Exchanges is [{ PrivateKeys.Count: 2 }], World.Minute, "the device did not begin its agreement");
        s.Device.Close();
        s.World.RunFor(100 * World.Second);
        AssertGone(s, _log.Exchanges.SelectMany(exchange => exchange.Everything));
    }

    [Theory]
    [InlineData(Providers.Managed)]
    [InlineData(Providers.Esp32)] // the platform's own library keeps what it was given out of sight: there only use tells
    public void The_search_finds_the_keys_of_a_session_that_lives(string provider) // or it would prove nothing
    {
        Pair s = Connected(provider);
        KeyExchange exchange = _log.Exchanges.Single();
        Secret[] alive = [.. exchange.EpochKeys, .. exchange.RecoveryKeys.Skip(1)];
        foreach (Secret live in alive)
        {
            Assert.Equal(2, _log.CountUsable(live));
            List<string> found = Search(s, [live]);
            Assert.Contains(found, path => path.StartsWith("device", StringComparison.Ordinal));
            Assert.Contains(found, path => !path.StartsWith("device", StringComparison.Ordinal));
        }

        AssertUsedUp(s, provider, _log.Exchanges, alive);
    }

    [Fact]
    public void The_search_finds_bytes_words_and_limbs_wherever_they_are()
    {
        byte[] key = [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 37))];
        var patterns = new SecretPatterns([new Secret("key", key)]);
        object[] holders =
        [
            (byte[])[0, .. key[8..16], 0],
            (uint[])[0, BitConverter.ToUInt32(key, 8), BitConverter.ToUInt32(key, 12)],
            (int[])[.. key.Chunk(4).Select(word => BitConverter.ToInt32([.. word.Reverse()]))],
            (ulong[])[BitConverter.ToUInt64(key, 16)],
            (long[])[.. Enumerable.Range(0, 8).Select(i => (long)((new System.Numerics.BigInteger(key, true, true) >> (29 * i)) & 0x1fffffff))],
            new FieldHolder { High = BitConverter.ToUInt32(key, 24), Low = BitConverter.ToUInt32(key, 28) },
        ];
        Assert.All(holders, holder => Assert.Single(ObjectGraph.Search(patterns, ("here", holder))));
        Assert.Empty(ObjectGraph.Search(patterns, ("here", key[1..8])));
    }

    private Pair Make(string provider, Action<PairOptions>? configure = null)
    {
        return NewPair(1, o =>
        {
            o.MakeCrypto = random => new RecordingCrypto(Providers.Create(provider, new Source(random)), _log);
            configure?.Invoke(o);
        });
    }

    private Pair Connected(string provider)
    {
        Pair s = Make(provider);
        s.Connect();
        s.World.RunFor(2 * World.Second);
        return s;
    }

    /// <summary>None of these is to be found, and no key that was made of one computes any more.</summary>
    private void AssertGone(Pair s, IEnumerable<Secret> secrets, bool peerToo = true)
    {
        Secret[] all = [.. secrets];
        Assert.NotEmpty(all);
        Assert.Empty(Search(s, all, peerToo));
        if (peerToo)
        {
            IEnumerable<Secret> held = all.Where(secret => secret.Form != SecretForm.Bytes);
            Assert.Empty(held.Where(secret => _log.CountUsable(secret) > 0).Select(secret => secret.Name));
        }
    }

    /// <summary>
    /// Nothing is left of what the exchanges used up. A key that lives is not held as bytes either, but for one of a board's native
    /// library, which wants the bytes each time.
    /// </summary>
    private static void AssertUsedUp(Pair s, string provider, IEnumerable<KeyExchange> exchanges, Secret[] live)
    {
        Secret[] usedUp = [.. exchanges.SelectMany(exchange => exchange.UsedUp)];
        Secret[] gone = [.. usedUp.Where(used => provider != Providers.Esp32 || !live.Any(key => key.Bytes.AsSpan().SequenceEqual(used.Bytes)))];
        Assert.Equal(provider == Providers.Esp32 ? live.Length : 0, usedUp.Length - gone.Length);
        Assert.Empty(Search(s, gone));
    }

    private static List<string> Search(Pair s, IEnumerable<Secret> secrets, bool peerToo = true)
    {
        var patterns = new SecretPatterns(secrets);
        return peerToo
            ? ObjectGraph.Search(patterns, ("device", s.Device.Link), ("responder", s.Peer.Responder), ("peer", s.PeerLink))
            : ObjectGraph.Search(patterns, ("device", s.Device.Link));
    }

    private sealed class Source(SimRandom random) : RandomSource
    {
        public override void Fill(byte[] buffer, int offset, int count) => random.Fill(buffer.AsSpan(offset, count));
    }

    private sealed class FieldHolder
    {
        public uint High;

        public uint Low;
    }
}
