using System.Buffers.Binary;
using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Wire;

namespace Hoplink.Tests.Keys;

/// <summary>What sealing and opening do with an encrypted payload (14), beyond the bytes that the vectors hold.</summary>
public sealed class EncryptionTests
{
    private readonly PacketProtection _sender = EpochRig.MakeProtection(true, isEncrypted: true);
    private readonly PacketProtection _receiver = EpochRig.MakeProtection(false, isEncrypted: true);

    [Fact]
    public void A_payload_is_decrypted_only_once_its_tag_has_verified()
    {
        byte[] spoiled = EpochRig.Spoiled(_sender.Seal());
        byte[] bytes = [.. spoiled];
        Assert.Equal(DropCause.BadTag, Open(bytes));
        Assert.Equal(spoiled, bytes);
    }

    [Fact]
    public void What_was_seen_before_stays_as_it_came()
    {
        byte[] datagram = _sender.Seal();
        byte[] first = [.. datagram];
        byte[] again = [.. datagram];
        Assert.Equal(DropCause.None, Open(first));
        Assert.Equal(ReplayVerdict.Fresh, _receiver.Verdict);
        Assert.NotEqual(datagram, first);
        Assert.Equal(DropCause.None, Open(again));
        Assert.NotEqual(ReplayVerdict.Fresh, _receiver.Verdict);
        Assert.Equal(datagram, again);
    }

    [Fact]
    public void A_datagram_under_the_other_of_two_epochs_with_one_phase_is_decrypted_with_its_own_key()
    {
        // 12.1: epoch 2 is tried first, epoch 0 has sealed it.
        var session = EpochRig.MakeSession(isInitiator: false, isEncrypted: true);
        byte[] under0 = _sender.Seal();
        _receiver.Epochs.Stage(EpochRig.MakeEpoch(2, session));
        Assert.Equal(DropCause.None, Open(under0));
        Assert.Equal(0u, _receiver.OpenedUnder.Number);
        Assert.Equal(1u, Nonce(under0));

        Epoch second = EpochRig.MakeEpoch(2, EpochRig.MakeSession(isInitiator: true, isEncrypted: true));
        byte[] under2 = _sender.Seal(epoch: second);
        Assert.Equal(DropCause.None, Open(under2));
        Assert.Equal(2u, _receiver.OpenedUnder.Number);
        Assert.Equal(1u, Nonce(under2));
    }

    [Fact]
    public void A_keystream_never_repeats_over_numbers_directions_and_epochs()
    {
        var keystreams = new HashSet<UInt128>();
        byte[] plain = new byte[HeartbeatPayload.Size];
        new HeartbeatPayload { Nonce = 1 }.Write(plain, 0);
        int count = 0;
        foreach (bool initiator in (bool[])[true, false])
        {
            PacketProtection sender = EpochRig.MakeProtection(initiator, isEncrypted: true);
            foreach (uint number in (uint[])[0, 1, 2])
            {
                var session = EpochRig.MakeSession(initiator, isEncrypted: true);
                Epoch epoch = number == 0 ? sender.Epochs.Current : EpochRig.MakeEpoch(number, session);
                for (int i = 0; i < 100; i++, count++)
                {
                    byte[] datagram = sender.Seal(epoch: epoch);
                    for (int b = 0; b < plain.Length; b++)
                    {
                        datagram[WireFormat.HeaderSize + b] ^= plain[b];
                    }

                    keystreams.Add(BinaryPrimitives.ReadUInt128BigEndian(datagram.AsSpan(WireFormat.HeaderSize)));
                    keystreams.Add(BinaryPrimitives.ReadUInt128BigEndian(datagram.AsSpan(WireFormat.HeaderSize + 16)));
                }
            }
        }

        Assert.Equal(2 * count, keystreams.Count);
    }

    // 14
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1 << 20)]
    public void A_counter_that_has_moved_back_gives_up_the_epochs_keystream_for_good(int numbers)
    {
        Epoch epoch = _sender.Epochs.Current;
        uint newest = 0;
        for (int i = 0; i < 3; i++)
        {
            newest = EpochRig.SequenceOf(_sender.Seal());
        }

        Assert.Equal(epoch.KeystreamNext, _sender.NextNumber);
        _sender.SetCountersBack(numbers);
        Assert.True(IsUsed(_sender, epoch));
        _sender.GiveUpKeystream(epoch);

        // Requests go on, above all numbers used (9.4), and the epoch encrypts nothing even so.
        byte[] request = _sender.SealRequest();
        Assert.Equal(newest + 1, EpochRig.SequenceOf(request));
        Assert.Equal(DropCause.None, Open(request));
        Assert.True(IsUsed(_sender, epoch));
        Assert.Throws<InvalidOperationException>(() => _sender.Seal());

        // Another epoch has another keystream.
        Epoch next = EpochRig.MakeEpoch(1, EpochRig.MakeSession(isInitiator: true, isEncrypted: true));
        Assert.False(IsUsed(_sender, next));
        Assert.NotEmpty(_sender.Seal(epoch: next));
    }

    [Fact]
    public void A_counter_that_went_round_does_not_pass_for_one_that_went_on()
    {
        // Four times 2^30 back, and the 32 bits on the wire are what they were.
        _sender.Seal();
        for (int i = 0; i < 4; i++)
        {
            _sender.SetCountersBack(1 << 30);
        }

        Assert.True(IsUsed(_sender, _sender.Epochs.Current));
        Assert.Throws<InvalidOperationException>(() => _sender.Seal());
    }

    [Fact]
    public void Without_encryption_a_counter_may_move_back()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        sender.Seal();
        sender.SetCountersBack(1);
        Assert.False(IsUsed(sender, sender.Epochs.Current));
        sender.Seal();
    }

    [Fact]
    public void Payload_keys_are_wiped_with_their_epoch()
    {
        Epoch epoch = _sender.Epochs.Current;
        byte[] buffer = new byte[16];
        epoch.PayloadOut.AddKeystream(1, 2, 3, buffer, 0, 16);
        epoch.Wipe();
        Assert.Throws<ObjectDisposedException>(() => epoch.PayloadOut.AddKeystream(1, 2, 3, buffer, 0, 16));
        Assert.Throws<ObjectDisposedException>(() => epoch.PayloadIn.AddKeystream(1, 2, 3, buffer, 0, 16));
    }

    private DropCause Open(byte[] datagram)
    {
        var header = new Header();
        Assert.Equal(DropCause.None, Header.Read(datagram, 0, datagram.Length, header));
        return _receiver.Open(header, datagram, 0, false, 0);
    }

    private static bool IsUsed(PacketProtection protection, Epoch epoch) => protection.NextNumber < epoch.KeystreamNext;

    private static uint Nonce(byte[] datagram) => BigEndian.ReadUInt32(datagram, WireFormat.HeaderSize);
}
