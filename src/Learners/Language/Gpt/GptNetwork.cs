using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Torch;

namespace StreamLearn.Learners.Language.Gpt;

/// <summary>The network of <c>gpt</c> with what updates it, from drawn or given weights, and a copy of parameters that were good; loading a state may bring back
/// another device (<see cref="DeviceChoice.ToGoOn"/>).</summary>
internal sealed class GptNetwork : IDisposable
{
    private readonly GptOptions _options;
    private readonly GptArchitecture _architecture;
    private readonly ulong _seed;
    private readonly int _gpu;
    private readonly NetworkDevice _here;
    private readonly float[] _good;

    internal GptNetwork(GptOptions options, LanguageTask task, ulong seed, int gpu)
    {
        _options = options;
        _architecture = options.Architecture(task);
        _seed = seed;
        _gpu = gpu;
        _here = options.DeviceFor(task).Device;
        _good = new float[_architecture.Layout.Count];
        (Network, Updater) = Create(_here);
        KeepGood();
    }

    internal TorchGpt Network { get; private set; }

    internal INetworkUpdater Updater { get; private set; }

    internal NetworkWeights Weights(string name)
    {
        var parameters = new float[_architecture.Layout.Count];
        Network.CopyParameters(parameters);
        return new NetworkWeights(name, _architecture.Layout, parameters);
    }

    internal void KeepGood() => Network.CopyParameters(_good);

    /// <summary>The kept parameters again; the optimiser forgets what it has gathered on the way to those it leaves.</summary>
    internal void ReturnToGood()
    {
        Network.SetParameters(_good);
        Updater.Reset();
    }

    /// <summary>Two fields: the network, the good parameters.</summary>
    internal void Save(ref MessagePackWriter writer)
    {
        NetworkState.Save(ref writer, Network, Updater);
        writer.WriteFloats(_good);
    }

    internal void Load(ref MessagePackReader reader)
    {
        var device = DeviceChoice.ToGoOn(NetworkState.PeekDevice(reader, _architecture), _options.Device, _here);
        if (device != Network.Device)
        {
            var (network, updater) = Create(device);
            Dispose();
            (Network, Updater) = (network, updater);
        }

        NetworkState.Load(ref reader, Network, Updater);
        reader.ReadFloats(_good);
    }

    public void Dispose()
    {
        Updater.Dispose();
        Network.Dispose();
    }

    private (TorchGpt Network, INetworkUpdater Updater) Create(NetworkDevice device)
    {
        TorchGpt network;
        try
        {
            network = new TorchGpt(_architecture, _seed, device == NetworkDevice.TorchCuda, _gpu);
        }
        catch (Exception exception) when (device == NetworkDevice.TorchCuda && exception is InvalidOperationException or ExternalException)
        {
            throw new StateFormatException($"Stored state is of a network on a GPU, and there is none here: {exception.Message}");
        }
        catch (Exception exception) when (TorchRuntime.Check() is { Works: false } torch)
        {
            throw new StateFormatException($"Stored state is of a network on Torch, which does not work here: {torch.Problem ?? exception.Message}");
        }

        try
        {
            Begin(network);
            return (network, network.CreateUpdater(_options.Updates));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private void Begin(TorchGpt network)
    {
        if (_options.WarmStart is not { } weights)
        {
            return;
        }

        var parameters = new float[_architecture.Layout.Count];
        try
        {
            weights.CopyTo(_architecture.Layout, parameters);
        }
        catch (SafetensorsException exception)
        {
            throw new OptionException(
                $"{_options.Path}.warm-start", $"a file for another network than {_architecture}", $"its tensors. {exception.Message.TrimEnd('.')}");
        }

        network.SetParameters(parameters);
    }
}
