using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Torch;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// The network of a learner with its trainer, from drawn or given weights, and a copy of parameters that were good; loading a state
/// may bring back another device (<see cref="DeviceChoice.ToGoOn"/>).
/// </summary>
internal sealed class TrainedNetwork<TNetwork> : IDisposable
    where TNetwork : class, INetwork
{
    private readonly NetworkArchitecture _architecture;
    private readonly TrainedNetworkOptions _options;
    private readonly Func<NetworkDevice, TNetwork> _create;
    private readonly NetworkDevice _here;
    private readonly float[] _good;

    /// <param name="architecture">What it computes.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="options">How it is made and trained.</param>
    /// <param name="create">Makes it on a device.</param>
    internal TrainedNetwork(NetworkArchitecture architecture, NetworkDevice device, TrainedNetworkOptions options, Func<NetworkDevice, TNetwork> create)
    {
        _architecture = architecture;
        _options = options;
        _create = create;
        _here = device;
        (Network, Trainer) = Create(device);
        _good = new float[architecture.Layout.Count];
        KeepGood();
    }

    internal TNetwork Network { get; private set; }

    internal NetworkTrainer Trainer { get; private set; }

    /// <summary>A copy of the weights.</summary>
    internal NetworkWeights Weights(string name)
    {
        var parameters = new float[_architecture.Layout.Count];
        Network.CopyParameters(parameters);
        return new NetworkWeights(name, _architecture.Layout, parameters);
    }

    /// <summary>Keeps the parameters that there are.</summary>
    internal void KeepGood() => Network.CopyParameters(_good);

    /// <summary>The kept parameters again; the optimiser forgets all that it has gathered on the way to those it leaves.</summary>
    internal void ReturnToGood()
    {
        Network.SetParameters(_good);
        Trainer.Updater.Reset();
    }

    /// <summary>A network with more outputs that says of those that this one has what it says, on the same device; the optimiser has gathered what it has,
    /// of new outputs nothing. It takes this one's place, which is to be disposed of.</summary>
    /// <param name="wider">The same architecture with more outputs.</param>
    /// <param name="create">Makes it on a device.</param>
    /// <param name="bias">What new outputs say, whatever goes in.</param>
    internal TrainedNetwork<TNetwork> Widen(MlpArchitecture wider, Func<NetworkDevice, TNetwork> create, float bias)
    {
        var growth = new HeadGrowth((MlpArchitecture)_architecture, wider);
        var widened = new TrainedNetwork<TNetwork>(wider, _here, _options with { WarmStart = null }, create);
        if (widened.Network.Device != Network.Device)
        {
            (widened.Network, widened.Trainer) = widened.Replace(Network.Device);
        }

        var parameters = new float[_architecture.Layout.Count];
        Network.CopyParameters(parameters);
        widened.Network.SetParameters(growth.Grow(parameters, bias));
        growth.Grow(_good, bias).CopyTo(widened._good, 0);
        UpdaterGrowth.Carry(Trainer.Updater, widened.Trainer.Updater, vector => growth.Grow(vector, bias: 0));
        return widened;
    }

    /// <summary>Two fields: the network, the good parameters.</summary>
    internal void Save(ref MessagePackWriter writer)
    {
        NetworkState.Save(ref writer, Network, Trainer.Updater);
        writer.WriteFloats(_good);
    }

    internal void Load(ref MessagePackReader reader)
    {
        var device = DeviceChoice.ToGoOn(NetworkState.PeekDevice(reader, _architecture), _options.Device, _here);
        if (device != Network.Device)
        {
            (Network, Trainer) = Replace(device);
        }

        NetworkState.Load(ref reader, Network, Trainer.Updater);
        reader.ReadFloats(_good);
    }

    /// <summary>Frees the network and what updates it.</summary>
    public void Dispose()
    {
        Trainer.Dispose();
        Network.Dispose();
    }

    /// <summary>One on another device, in place of the one that there is.</summary>
    private (TNetwork Network, NetworkTrainer Trainer) Replace(NetworkDevice device)
    {
        var made = Create(device);
        Dispose();
        return made;
    }

    private (TNetwork Network, NetworkTrainer Trainer) Create(NetworkDevice device)
    {
        TNetwork network;
        try
        {
            network = _create(device);
        }
        catch (Exception exception) when (device == NetworkDevice.TorchCuda && exception is InvalidOperationException or ExternalException)
        {
            throw new StateFormatException($"Stored state is of a network on a GPU, and there is none here: {exception.Message}");
        }
        catch (Exception exception) when (device == NetworkDevice.TorchCpu && TorchRuntime.Check() is { Works: false } torch)
        {
            throw new StateFormatException($"Stored state is of a network on Torch, which does not work here: {torch.Problem ?? exception.Message}");
        }

        try
        {
            Begin(network);
            return (network, new NetworkTrainer(network, _options.Loss, _options.Updates));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Gives a network the weights that it starts with.</summary>
    private void Begin(TNetwork network)
    {
        var parameters = new float[_architecture.Layout.Count];
        network.CopyParameters(parameters);
        if (_options.WarmStart is { } weights)
        {
            try
            {
                weights.CopyTo(_architecture.Layout, parameters);
            }
            catch (SafetensorsException exception)
            {
                throw new OptionException(
                    $"{_options.Path}.warm-start", $"a file for another network than {_architecture}", $"its tensors. {exception.Message.TrimEnd('.')}");
            }
        }
        else
        {
            foreach (var block in _options.ZeroReadout)
            {
                _architecture.Layout[block].In(parameters.AsSpan()).Clear();
            }
        }

        network.SetParameters(parameters);
    }
}
