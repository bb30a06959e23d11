using Hoplink.Wire;

namespace Hoplink.Tests.Wire;

/// <summary>
/// Where each field stands, against bytes laid out by hand from protocol.md: reading and writing could agree on a wrong place.
/// SYN, SYN_ACK, DATA and REKEY_REQUEST are held against the protocol's vectors instead.
/// </summary>
public sealed class LayoutTests
{
    [Fact]
    public void Ack_stands_as_in_6_2()
    {
        AckPayload ack = new() { ReceiveWindow = 0x0102, HasSack = true, SackMap = 0x11121314 };
        Check("0102" + "0000" + "11121314", 8, ack.Write);
    }

    [Fact]
    public void Fin_stands_as_in_6_4()
    {
        Check("01020304", 4, new FinPayload { Number = 0x01020304 }.Write);
    }

    [Fact]
    public void Heartbeat_stands_as_in_7()
    {
        HeartbeatPayload heartbeat = new()
        {
            Nonce = 0x01020304,
            IsEcho = true,
            SyncState = 2,
            ReceiveWindow = 0x0506,
            T1 = 0x1112131415161718,
            T2 = 0x2122232425262728,
            T3 = 0x3132333435363738,
        };
        Check("01020304" + "01" + "02" + "0506" + "1112131415161718" + "2122232425262728" + "3132333435363738", 32, heartbeat.Write);
    }

    [Fact]
    public void Time_sync_stands_as_in_10()
    {
        TimeSyncRequest request = new() { Nonce = 0x01020304, T1 = 0x1112131415161718 };
        Check("01020304" + "00000000" + "1112131415161718" + "0000000000000000", 24, request.Write);

        TimeSyncResponse response = new()
        {
            Nonce = 0x01020304,
            T1 = 0x1112131415161718,
            T2 = 0x2122232425262728,
            T3 = -2,
        };
        Check("01020304" + "00000000" + "1112131415161718" + "2122232425262728" + "FFFFFFFFFFFFFFFE", 32, response.Write);
    }

    [Fact]
    public void Recovery_stands_as_in_9_5()
    {
        Check("02" + "09" + "0000", 4, new RecoveryNotice { Level = 2, Condition = 9 }.Write);
    }

    [Fact]
    public void Repair_stands_as_in_11()
    {
        RepairRequest request = new() { Nonce = 0x01020304, LastKnown = 0x11121314, Window = 0x000003E8 };
        Check("01020304" + "11121314" + "000003E8" + "000000000000000000000000", 24, request.Write);

        RepairResponse response = new() { Nonce = 0x01020304, Current = 0x11121314, Window = 0x000003E8 };
        Fill(response.Confirmation, 0x41);
        Check("01020304" + "11121314" + "000003E8" + "00000000" + "4142434445464748", 24, response.Write);
    }

    [Fact]
    public void Rekey_response_stands_as_in_12()
    {
        RekeyResponse response = new()
        {
            Nonce = 0x01020304,
            Epoch = 0x05060708,
            T1 = 0x1112131415161718,
            T2 = 0x2122232425262728,
            T3 = 0x3132333435363738,
        };
        Fill(response.VerificationHash, 0x40);
        Fill(response.PublicKey, 0x60);
        Check(
            "01020304" + "05060708" + "1112131415161718" + "2122232425262728" + "3132333435363738" + Run(0x40, 32) + Run(0x60, 64),
            128, response.Write);
    }

    [Fact]
    public void Rst_stands_as_in_13_1()
    {
        Check("01" + "05" + "1112" + "00000000", 8, new ResetPayload { Reason = 1, Level = 5, LastError = 0x1112 }.Write);
    }

    private static void Check(string expected, int size, Action<byte[], int> write)
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0xEE, size)];
        write(bytes, 0);
        Assert.Equal(expected, Convert.ToHexString(bytes));
    }

    private static void Fill(byte[] field, int first)
    {
        for (int i = 0; i < field.Length; i++)
        {
            field[i] = (byte)(first + i);
        }
    }

    private static string Run(int first, int count)
    {
        return Convert.ToHexString([.. Enumerable.Range(first, count).Select(i => (byte)i)]);
    }
}
