namespace Hoplink.Proof.Orders;

public sealed class FirstHandshakeTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new FirstHandshake();
}

public sealed class ResumingHandshakeTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new ResumingHandshake();
}

public sealed class TimeResyncByDeviceTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new TimeResyncByDevice();
}

public sealed class TimeResyncByPeerTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new TimeResyncByPeer();
}

public sealed class TimeResyncByBothTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new TimeResyncByBoth();
}

public sealed class TimeResyncByDeviceThenPeerTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new TimeResyncByDeviceThenPeer();
}

public sealed class TimeResyncByPeerThenDeviceTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new TimeResyncByPeerThenDevice();
}

public sealed class SequenceRepairByDeviceTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new SequenceRepairBy(device: true);
}

public sealed class SequenceRepairByPeerTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new SequenceRepairBy(device: false);
}

public sealed class SequenceRepairByBothTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new SequenceRepairByBoth();
}

public sealed class SequenceRepairByDeviceThenPeerTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new SequenceRepairOneAfterAnother(deviceFirst: true);
}

public sealed class SequenceRepairByPeerThenDeviceTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new SequenceRepairOneAfterAnother(deviceFirst: false);
}

public sealed class SequenceRepairOfForgottenByDeviceTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new SequenceRepairOfForgotten(atDevice: true);
}

public sealed class SequenceRepairOfForgottenByPeerTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new SequenceRepairOfForgotten(atDevice: false);
}

public sealed class RekeyByDeviceTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new RekeyBy(device: true);
}

public sealed class RekeyByPeerTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new RekeyBy(device: false);
}

public sealed class RekeyByBothTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new RekeyByBoth();
}

public sealed class RekeyByDeviceThenPeerTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new RekeyOneAfterAnother(deviceFirst: true);
}

public sealed class RekeyByPeerThenDeviceTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new RekeyOneAfterAnother(deviceFirst: false);
}

public sealed class ResetAfterRestartTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new ResetAfterRestart();
}

public sealed class ResetByDeviceTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new ResetBy(device: true);
}

public sealed class ResetByPeerTests : EveryOrderTest
{
    private protected override OrderScenario Scenario => new ResetBy(device: false);
}
