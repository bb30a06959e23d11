using System.CommandLine;
using System.CommandLine.Help;
using Hoplink.Host;
using Hoplink.VirtualBoard;

Command command = DeviceCommand.Create("hoplink-virtual-board");
command.Add(new HelpOption());
return await CommandHost.InvokeAsync(command, args, Console.Out, Console.Error, Console.In, CancellationToken.None);
